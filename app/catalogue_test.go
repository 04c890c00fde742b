package app_test

import (
	"strings"
	"testing"
	"unicode"

	"taizhang/ingest"
	"taizhang/ingest/attach"
	"taizhang/ingest/fence"
	"taizhang/ingest/sheet"
	"taizhang/ingest/sheet/strict"
	"taizhang/ingest/unpack"
	"taizhang/ledger"
	"taizhang/notify/compose"
)

// Every word by which a reader names a kind, a reason or a limit has its
// Chinese in the catalogue: a county never reads our keyword, nor the general
// word that stands in for an unknown one.
func TestReadersWordsHaveTheirText(t *testing.T) {
	general, _ := compose.FindingText(ledger.Finding{Code: ledger.FUnsupported, Args: map[string]string{"kind": "no-such-kind"}})
	check := func(code ledger.Code, arg, word string) {
		t.Helper()
		message, remedy := compose.FindingText(ledger.Finding{Code: code, Args: map[string]string{arg: word}})
		if len(word) > 2 && latin(message+remedy, word) {
			t.Errorf("%s %s %q shows as %q", code, arg, word, message)
		}
		if code == ledger.FUnsupported && message == general && word != "unknown" && word != "ole" {
			t.Errorf("kind %q has only the general word", word)
		}
	}
	for _, k := range []sheet.Kind{sheet.KindXLSB, sheet.KindXLS, sheet.KindDOCX, sheet.KindDOC, sheet.KindPPT, sheet.KindODS, sheet.KindODT, sheet.KindOFD,
		sheet.KindHTML, sheet.KindXML2003, sheet.KindXML, sheet.KindMHT, sheet.KindRTF, sheet.KindCSV, sheet.KindSLK, sheet.KindText, sheet.KindPDF,
		sheet.KindPicture, sheet.KindZip, sheet.KindRAR, sheet.Kind7z, sheet.KindGzip, sheet.KindMail, sheet.KindOLE, sheet.KindUnknown} {
		check(ledger.FUnsupported, "kind", string(k))
	}
	for _, r := range []strict.Reason{strict.Cut, strict.Checksum, strict.Container, strict.Duplicate, strict.Missing, strict.Doctype,
		strict.XML, strict.Encoding, strict.Structure, strict.Reference, strict.Number} {
		check(ledger.FDamaged, "reason", string(r))
	}
	check(ledger.FDamaged, "reason", ingest.ReasonTransport)
	for _, l := range []strict.Limit{strict.LimitFile, strict.LimitMembers, strict.LimitUnpacked, strict.LimitRatio, strict.LimitDepth, strict.LimitSheets, strict.LimitCells, strict.LimitText,
		strict.LimitAttributes, strict.LimitTag, strict.LimitStrings, strict.LimitStyles, strict.LimitMerges} {
		check(ledger.FTooLarge, "limit", string(l))
	}
	for _, r := range []string{unpack.Container, unpack.Checksum, unpack.Cut, ingest.ReasonTransport} {
		check(ledger.FDamaged, "reason", r)
	}
	for _, k := range []string{"volume", string(attach.TypeEncryptedArchive), string(attach.TypeZip), string(attach.TypeRAR), string(attach.TypeSevenZ),
		string(attach.TypeTNEF), string(attach.TypeExecutable), string(attach.TypeSignedMail), string(attach.TypeEML)} {
		check(ledger.FUnsupported, "kind", k)
	}
	for _, w := range []string{"rows", "columns", "sheets", "struck", "merged", "hidden"} {
		message, _ := compose.FindingText(ledger.Finding{Code: ledger.FHiddenPart, Args: map[string]string{"what": w}})
		if bare, _ := compose.FindingText(ledger.Finding{Code: ledger.FHiddenPart, Args: map[string]string{"what": ""}}); message == bare {
			t.Errorf("what %q has no text", w)
		}
	}
	for _, l := range []string{fence.LimitMemory, fence.LimitTime, unpack.LimitMembers, unpack.LimitUnpacked, unpack.LimitRatio, unpack.LimitDictionary, attach.LimitNesting,
		ingest.LimitMail, ingest.LimitHeader, ingest.LimitLevels, ingest.LimitParts} {
		check(ledger.FTooLarge, "limit", l)
	}
	for _, w := range []string{"two-from", "reply-to", "signature", "automatic"} {
		check(ledger.ISenderFailed, "what", w)
	}
}

// latin reports whether the text holds the word itself, as a word of its own.
func latin(text, word string) bool {
	for _, f := range strings.FieldsFunc(text, func(r rune) bool { return r > unicode.MaxASCII || r == ' ' }) {
		if f == word {
			return true
		}
	}
	return false
}
