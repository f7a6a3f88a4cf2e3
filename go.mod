module github.com/hardwright/hardwright

go 1.26.0
