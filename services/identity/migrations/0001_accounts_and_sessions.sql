-- People: host, customer, or both.
CREATE TABLE identity.accounts (
    id            uuid PRIMARY KEY,
    -- In lower case: addresses are compared without regard to case.
    email         text NOT NULL CONSTRAINT accounts_email_unique UNIQUE,
    -- A PHC string: it carries the parameters it was made with.
    password_hash text NOT NULL,
    display_name  text NOT NULL,
    created_at    timestamptz NOT NULL
);

-- Who is signed in where. Only a token's SHA-256 is kept, so that reading this table signs nobody in. The use of a session is
-- not written down: reading a page writes nothing.
CREATE TABLE identity.sessions (
    token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    account_id uuid NOT NULL REFERENCES identity.accounts (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE INDEX sessions_of_an_account ON identity.sessions (account_id, created_at);
CREATE INDEX sessions_by_end ON identity.sessions (expires_at);
