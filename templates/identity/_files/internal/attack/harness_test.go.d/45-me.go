package attack

// mePath answers anybody who is signed in.
const mePath = "/api/v1/me"
