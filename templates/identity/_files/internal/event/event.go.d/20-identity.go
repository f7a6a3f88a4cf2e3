package event

// CredentialsRejected says that a request came with credentials that are not valid; key "reason" says why.
const CredentialsRejected Type = "credentials_rejected"
