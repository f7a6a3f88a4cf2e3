package event

// The events of accounts. Key "user" is the id of the account that it is about, where there is one; never an e-mail address.
const (
	LoginSucceeded       Type = "authn_login_success"
	LoginFailed          Type = "authn_login_fail"           // key "reason": unknown_account, wrong_password or disabled
	LoginThrottled       Type = "authn_login_fail_max"       // too many failures for an account or from an address
	PasswordChanged      Type = "authn_password_change"      //nolint:gosec // a name, no secret
	PasswordChangeFailed Type = "authn_password_change_fail" //nolint:gosec // a name, no secret
	UserCreated          Type = "user_created"               // key "by": register or operator
	UserUpdated          Type = "user_updated"               // the user changed profile fields
	UserDeleted          Type = "user_deleted"               // the user erased the account
	UserDisabled         Type = "user_disabled"              // by an operator
	UserEnabled          Type = "user_enabled"               // by an operator
	UserSignedOut        Type = "user_signed_out"            // all sessions and tokens were ended; key "by": user or operator
	RoleChanged          Type = "authz_role_change"          // by an operator; key "role"
	ReauthRequired       Type = "authn_reauth_required"      // a sensitive action needs a fresh sign-in
)
