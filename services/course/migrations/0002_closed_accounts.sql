-- Accounts that were closed: what they hosted is deleted, and what they asked for too late is refused.
CREATE TABLE course.closed_accounts (
    account_id uuid PRIMARY KEY
);
