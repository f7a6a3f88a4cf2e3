package wizard

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/huh"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"github.com/hardwright/hardwright/generator/internal/wizard/quiet"
)

func init() { quiet.Restore() }

// runForm asks with fields on a terminal.
//
// The fields are huh's. The order of the questions, going back and the checks are the
// interview's, because huh's own form moves on by messages: a key that is typed
// ahead would reach the field that was just left.
func runForm(ctx context.Context, io IO, iv *interview, color bool) error {
	f := &form{interview: iv, styles: newStyles(io, color)}
	// Bubble Tea's own handler for signals would quit without saying why.
	p := tea.NewProgram(f, tea.WithContext(ctx), tea.WithInput(io.In), tea.WithOutput(io.Out), tea.WithoutSignalHandler())
	_, err := p.Run()
	switch {
	case f.err != nil:
		return f.err
	case ctx.Err() != nil:
		return ErrInterrupted
	case err != nil && !errors.Is(err, tea.ErrProgramKilled):
		return fmt.Errorf("draw the wizard: %w", err)
	case !iv.done():
		return ErrInterrupted
	}
	return nil
}

// form is the interview on a terminal: one question at a time.
type form struct {
	interview *interview
	styles    styles

	question Question
	field    huh.Field
	text     string   // what the field of a Text edits
	one      string   // of a One
	many     []string // of a Many
	problem  error    // what is wrong with the answer on the screen

	width, height int          // 0 until the terminal has said
	early         []tea.KeyMsg // typed before it has
	err           error
}

func (f *form) Init() tea.Cmd { return nil }

func (f *form) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		f.width, f.height = msg.Width, msg.Height
		if f.width <= 0 || f.height <= 0 { // a terminal that does not know
			f.width, f.height = 80, 24
		}
		if f.field != nil {
			return f, f.build()
		}
		cmds := []tea.Cmd{f.show()}
		for _, k := range f.early {
			_, cmd := f.Update(k)
			cmds = append(cmds, cmd)
		}
		return f, tea.Batch(cmds...)
	case tea.KeyMsg:
		if f.interview.done() || f.err != nil {
			return f, nil // typed after the last answer
		}
		if f.field == nil {
			f.early = append(f.early, msg)
			return f, nil
		}
		if msg.Paste {
			break
		}
		switch msg.String() {
		case "ctrl+c":
			return f.stop(ErrInterrupted)
		case "shift+tab", "esc":
			f.interview.keep(f.values())
			if f.interview.back() {
				return f, f.show()
			}
			return f, nil
		case "enter", "tab", "ctrl+j": // the terminal turns an Enter into the latter while it is not ours yet
			if err := f.interview.answer(f.values()); err != nil {
				if errors.Is(err, ErrInterrupted) {
					return f.stop(err)
				}
				f.problem = err
				return f, f.build()
			}
			if f.interview.done() {
				return f, tea.Quit
			}
			return f, f.show()
		}
		if f.problem != nil {
			f.problem = nil
			cmd := f.build()
			_, more := f.field.Update(msg)
			return f, tea.Batch(cmd, more)
		}
	}
	if f.field == nil {
		return f, nil
	}
	_, cmd := f.field.Update(msg)
	return f, cmd
}

func (f *form) stop(err error) (tea.Model, tea.Cmd) {
	f.err = err
	return f, tea.Quit
}

// show turns to the interview's question.
func (f *form) show() tea.Cmd {
	f.question = f.interview.question()
	f.problem = nil
	f.text, f.one, f.many = "", "", nil
	switch q := f.question; q.Kind {
	case Text:
		f.text = strings.Join(q.Given, "")
	case One:
		f.one = strings.Join(q.Given, "")
	case Many:
		f.many = q.Given
	}
	return f.build()
}

// values is the answer as the field has it.
func (f *form) values() []string {
	switch f.question.Kind {
	case Text:
		return []string{strings.TrimSpace(f.text)}
	case One:
		return []string{f.one}
	default:
		return f.many
	}
}

// build makes the field for the question, the width and what was typed so far.
func (f *form) build() tea.Cmd {
	q := f.question
	frame := f.styles.theme.Focused.Base.GetHorizontalFrameSize()
	room := f.height - lipgloss.Height(f.header()) - lipgloss.Height(f.footer()) - 2 // and the field's title and the last line
	help := wrap(q.Help, f.width-frame)
	if help != "" {
		room -= lipgloss.Height(help)
	}
	switch q.Kind {
	case Text:
		f.field = huh.NewInput().Title(q.Title).Description(help).Placeholder(example(q.Example)).Value(&f.text)
	case One:
		keys, fits := optionLines(q.open(), f.width-frame-2, room)
		s := huh.NewSelect[string]().Title(q.Title).Description(help)
		// The order matters: Options before Value leaves the list at its top. A height makes
		// huh scroll to the chosen option even where all fit, so it is set only where they don't.
		s.Options(options(q.open(), keys)...).Value(&f.one)
		if !fits {
			s.Height(f.height - lipgloss.Height(f.header()) - lipgloss.Height(f.footer()) - 1)
		}
		f.field = s
	case Many:
		keys, fits := optionLines(q.open(), f.width-frame-6, room)
		m := huh.NewMultiSelect[string]().Title(q.Title).Description(help).Filterable(false)
		m.Options(options(q.open(), keys)...).Value(&f.many)
		if !fits {
			m.Height(f.height - lipgloss.Height(f.header()) - lipgloss.Height(f.footer()) - 1)
		}
		f.field = m
	}
	f.field = f.field.WithTheme(f.styles.theme).WithKeyMap(keyMap()).WithWidth(f.width)
	return f.field.Focus()
}

// example says that what stands in an empty field is not its value.
func example(s string) string {
	if s == "" {
		return ""
	}
	return "for example " + s
}

func options(open []Option, keys []string) []huh.Option[string] {
	out := make([]huh.Option[string], len(open))
	for i, o := range open {
		out[i] = huh.NewOption(keys[i], o.Value)
	}
	return out
}

// optionLines writes each option with its explanation, wrapped in a column of its
// own. When that takes more than room lines, every option gets one line, cut at
// the edge; when even that is too much, fits is false and the list has to scroll.
func optionLines(open []Option, width, room int) (keys []string, fits bool) {
	column := 0
	for _, o := range open {
		column = max(column, ansi.StringWidth(o.name()))
	}
	column += 2
	var tall, flat []string
	lines := 0
	for _, o := range open {
		name := o.name()
		if o.Why == "" {
			tall, flat = append(tall, name), append(flat, ansi.Truncate(name, width, "…"))
			lines++
			continue
		}
		name += strings.Repeat(" ", column-ansi.StringWidth(name))
		wrapped := wrap(o.Why, max(width-column, 16))
		lines += lipgloss.Height(wrapped)
		tall = append(tall, name+strings.ReplaceAll(wrapped, "\n", "\n"+strings.Repeat(" ", column)))
		flat = append(flat, ansi.Truncate(name+o.Why, width, "…"))
	}
	if lines <= room {
		return tall, true
	}
	return flat, len(flat) <= room
}

// keyMap turns off what the form does by itself (enter, going back) and filtering, which hides
// answers behind a key that nobody looks for in lists this short.
func keyMap() *huh.KeyMap {
	k := huh.NewDefaultKeyMap()
	for _, b := range []*key.Binding{
		&k.Input.Prev, &k.Input.Next, &k.Input.Submit,
		&k.Select.Prev, &k.Select.Next, &k.Select.Submit, &k.Select.Filter,
		&k.MultiSelect.Prev, &k.MultiSelect.Next, &k.MultiSelect.Submit, &k.MultiSelect.Filter,
	} {
		b.SetEnabled(false)
	}
	return k
}

func (f *form) View() string {
	switch {
	case f.width == 0 || f.field == nil:
		return "" // the first frame waits for the width, or it would be drawn twice
	case f.err != nil:
		return "" // nothing was written; the caller says so
	case f.interview.done():
		return ""
	}
	return f.header() + "\n" + strings.TrimRight(f.field.View(), "\n") + "\n" + f.footer()
}

// header is the line at the top and, where the question has one, its body.
func (f *form) header() string {
	n, of := f.interview.place()
	left, right := "hardwright new", fmt.Sprintf("%d of %d", n, of)
	crumbs := ""
	if f.question.ID != idWrite { // which says it all, and better
		crumbs = ansi.Truncate(strings.Join(f.interview.crumbs(), " · "), max(0, f.width-1-len(left)-len(right)-4), "…")
	}
	gap := max(1, f.width-1-len(left)-len(right)-2-ansi.StringWidth(crumbs))
	lines := []string{f.styles.brand.Render(left) + "  " + f.styles.faint.Render(crumbs+strings.Repeat(" ", gap)+right), ""}
	if body := f.question.Body; len(body) > 0 {
		room := f.height - len(lines) - 1 - 2 - len(f.question.open()) - lipgloss.Height(f.footer())
		if len(body) > room { // the end of the summary can go, the options cannot
			body = append(slices.Clone(body[:max(room-1, 0)]), "…")
		}
		for _, l := range body {
			lines = append(lines, ansi.Truncate("  "+l, f.width-1, "…"))
		}
		lines = append(lines, "")
	}
	return strings.Join(lines, "\n")
}

// footer has what is wrong, what cannot be chosen, and the keys.
func (f *form) footer() string {
	lines := []string{""}
	for _, o := range f.question.closed() {
		lines = append(lines, indent(f.styles.faint, wrap("Not offered: "+o.refusal(), f.width-3)))
	}
	if f.problem != nil {
		lines = append(lines, indent(f.styles.problem, wrap(f.problem.Error(), f.width-3)))
	}
	if len(lines) > 1 {
		lines = append(lines, "")
	}
	keys := []string{"enter next"}
	switch f.question.Kind {
	case One:
		keys = []string{"↑↓ move", "enter choose"}
	case Many:
		keys = []string{"↑↓ move", "space toggle", "enter next"}
	}
	if n, _ := f.interview.place(); n > 1 {
		keys = append(keys, "shift+tab back")
	}
	keys = append(keys, "ctrl+c stop")
	return strings.Join(append(lines, indent(f.styles.faint, fill(keys, " · ", f.width-3))), "\n")
}

// wrap breaks text between words. The libraries' own also break at hyphens, and then a column too late.
func wrap(text string, width int) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = fill(strings.Fields(l), " ", width)
	}
	return strings.Join(lines, "\n")
}

// fill puts words on as few lines as the width allows. A word that is longer than a line is broken.
func fill(words []string, between string, width int) string {
	var b strings.Builder
	used := 0
	for i, w := range words {
		n := ansi.StringWidth(w)
		switch {
		case i == 0:
		case used+ansi.StringWidth(between)+n > width:
			b.WriteString("\n")
			used = 0
		default:
			b.WriteString(between)
			used += ansi.StringWidth(between)
		}
		b.WriteString(w)
		used += n
	}
	return ansi.Hardwrap(b.String(), width, true)
}

func indent(s lipgloss.Style, text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = "  " + s.Render(l)
	}
	return strings.Join(lines, "\n")
}

// styles are the looks of the form.
type styles struct {
	theme                 *huh.Theme
	brand, faint, problem lipgloss.Style
}

// newStyles takes the sixteen colors that a terminal's user has chosen, or none. Without color the
// cursor and the emphasis stay: they are attributes, and a text field without a cursor is a guess.
func newStyles(io IO, color bool) styles {
	// lipgloss's own renderer looks at standard output, which is not what we draw on, and asks
	// the terminal for its background. huh and bubbles make styles of their own, so the default has to go.
	r := lipgloss.NewRenderer(io.Out)
	r.SetColorProfile(termenv.ANSI)
	r.SetHasDarkBackground(true)
	lipgloss.SetDefaultRenderer(r)

	paint := func(c string) lipgloss.Style {
		if !color {
			return lipgloss.NewStyle()
		}
		return lipgloss.NewStyle().Foreground(lipgloss.Color(c))
	}
	const green, cyan, red = "2", "6", "1"

	t := huh.ThemeBase()
	t.Focused.Base = lipgloss.NewStyle().PaddingLeft(2)
	t.Focused.Title = paint(cyan).Bold(true)
	t.Focused.Description = lipgloss.NewStyle().Faint(true)
	t.Focused.SelectSelector = paint(cyan).Bold(true).SetString("> ")
	t.Focused.MultiSelectSelector = t.Focused.SelectSelector
	t.Focused.SelectedOption = paint(green).Bold(true)
	t.Focused.UnselectedOption = lipgloss.NewStyle()
	t.Focused.SelectedPrefix = paint(green).Bold(true).SetString("[x] ")
	t.Focused.UnselectedPrefix = lipgloss.NewStyle().SetString("[ ] ")
	t.Focused.TextInput = huh.TextInputStyles{
		Cursor:      lipgloss.NewStyle(),
		Placeholder: lipgloss.NewStyle().Faint(true),
		Prompt:      paint(cyan).Bold(true),
		Text:        lipgloss.NewStyle(),
	}
	t.Blurred = t.Focused
	return styles{
		theme:   t,
		brand:   lipgloss.NewStyle().Bold(true),
		faint:   lipgloss.NewStyle().Faint(true),
		problem: paint(red).Bold(true),
	}
}
