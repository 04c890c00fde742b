// Package compose writes the mails of the office (rule book §8): it turns the
// facts of one matter into a ledger.Mail with its subject, its plain text and
// its HTML, and it holds the catalogue of Chinese texts for every finding.
//
// Every mail is written once, as a letter in a template (templates/*.tmpl);
// plain text and HTML are two printings of that one letter, so they cannot
// state different facts. Templates and catalogue are embedded; a folder named
// in Options replaces any of them, and is checked when the Composer is made.
//
// It decides nothing: whether a mail is due, who receives it and what became
// of a document are given. It does no I/O but reading that folder, knows no
// clock, encodes no MIME and sends nothing.
package compose
