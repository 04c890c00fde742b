package strict

import (
	"errors"
	"fmt"

	"taizhang/ledger"
)

// Error says why a file gave no table. Code is one of FDamaged, FEncrypted,
// FUnsupported, FEmpty and FTooLarge of package ledger; Args are the arguments
// of that code, ready for a finding; Err is the detail for the log.
type Error struct {
	Code ledger.Code
	Args map[string]string
	Err  error
}

// Error returns the detail, in English, for logs. It holds no cell values.
func (e *Error) Error() string {
	for _, v := range e.Args {
		return fmt.Sprintf("%s %s: %v", e.Code, v, e.Err)
	}
	return fmt.Sprintf("%s: %v", e.Code, e.Err)
}

// Unwrap returns the detail.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf returns the code of the Error in err's chain, or "" without one.
func CodeOf(err error) ledger.Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// Reason is the word that FDamaged carries as its argument "reason". The words
// are stable: the catalogue of texts is keyed by them.
type Reason string

// The reasons.
const (
	Cut       Reason = "cut"       // ends before its end
	Checksum  Reason = "checksum"  // bytes that do not match their checksum
	Container Reason = "container" // the zip or OLE2 container contradicts itself
	Duplicate Reason = "duplicate" // two members, relationships or cells of one name
	Missing   Reason = "missing"   // a part that is referred to is not there
	Doctype   Reason = "doctype"   // a document type declaration, which no office program writes
	XML       Reason = "xml"       // not well-formed XML
	Encoding  Reason = "encoding"  // bytes that are not of the declared encoding
	Structure Reason = "structure" // well-formed, and not what the format allows
	Reference Reason = "reference" // an index or a cell name out of range
	Number    Reason = "number"    // a number that does not parse
)

// Damaged returns an FDamaged error. The format follows fmt.Errorf.
func Damaged(reason Reason, format string, args ...any) error {
	return &Error{
		Code: ledger.FDamaged,
		Args: map[string]string{"reason": string(reason)},
		Err:  fmt.Errorf(format, args...),
	}
}

// Limit is the word that FTooLarge carries as its argument "limit". The words
// are stable; each is explained at the field of Limits that it names.
type Limit string

// The limits.
const (
	LimitFile       Limit = "file"
	LimitMembers    Limit = "members"
	LimitUnpacked   Limit = "unpacked"
	LimitRatio      Limit = "ratio"
	LimitDepth      Limit = "depth"
	LimitAttributes Limit = "attributes"
	LimitTag        Limit = "tag"
	LimitSheets     Limit = "sheets"
	LimitCells      Limit = "cells"
	LimitText       Limit = "text"
	LimitStrings    Limit = "strings"
	LimitStyles     Limit = "styles"
	LimitMerges     Limit = "merges"
)

// TooLarge returns an FTooLarge error.
func TooLarge(limit Limit, format string, args ...any) error {
	return &Error{
		Code: ledger.FTooLarge,
		Args: map[string]string{"limit": string(limit)},
		Err:  fmt.Errorf(format, args...),
	}
}

// Unsupported returns an FUnsupported error for the kind of file.
func Unsupported(kind string) error {
	return &Error{
		Code: ledger.FUnsupported,
		Args: map[string]string{"kind": kind},
		Err:  errors.New("a kind of file that is not read"),
	}
}

// Encrypted returns an FEncrypted error.
func Encrypted() error {
	return &Error{Code: ledger.FEncrypted, Err: errors.New("the file has a password")}
}

// Empty returns an FEmpty error.
func Empty() error {
	return &Error{Code: ledger.FEmpty, Err: errors.New("the file has no bytes")}
}
