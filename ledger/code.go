package ledger

// Code names a kind of finding. Codes are stable: they stand in mails that
// counties keep, so a code is never given another meaning (rule book §6).
type Code string

// CodeInfo is what the program knows of a code; its words are in the
// catalogue of notify/compose, its example and remedy in the manual.
type CodeInfo struct {
	Code     Code
	Severity Severity // as a rule; Finding.Severity is what counts
	Args     []string // the names of Finding.Args, all present, none besides
	Meaning  string   // in English, for the reader of the code
}

// F: the file and the mail.
const (
	FDamaged     Code = "F01"
	FEncrypted   Code = "F02"
	FUnsupported Code = "F03"
	FCloudLink   Code = "F04"
	FEmpty       Code = "F05"
	FTooLarge    Code = "F06"
	FNoLedger    Code = "F07"
	FForeign     Code = "F08"
	FTransport   Code = "F09"
	FCompanion   Code = "F10"
	FSystem      Code = "F11"
	FHiddenPart  Code = "F12"
)

// I: whose ledger it is, and of which month.
const (
	IUnitAbsent       Code = "I01"
	IUnitUnknown      Code = "I02"
	IUnitMismatch     Code = "I03"
	ISeveralUnits     Code = "I04"
	IPeriodAbsent     Code = "I05"
	IPeriodFuture     Code = "I06"
	IPeriodClosed     Code = "I07"
	IPeriodMismatch   Code = "I08"
	IBlankForm        Code = "I09"
	ITwoLedgers       Code = "I10"
	ISenderUnknown    Code = "I11"
	ISenderOther      Code = "I12"
	ISenderFailed     Code = "I13"
	ISenderUnsigned   Code = "I14"
	IOtherYear        Code = "I15"
	IPeriodTwoOpen    Code = "I16"
	ILateDiscovery    Code = "I17"
	IUnsignedChange   Code = "I18"
	IPeriodPreviously Code = "I19"
	IDateImpossible   Code = "I20"
	IDeskReturn       Code = "I21"
)

// H: the header.
const (
	HNoMeasure      Code = "H01"
	HTwice          Code = "H02"
	HUnknownColumn  Code = "H03"
	HOnlyCumulative Code = "H04"
	HQuestion       Code = "H05"
	HAbsent         Code = "H06"
	HCountPerPart   Code = "H07"
	HNumbering      Code = "H08"
)

// C: one cell.
const (
	CBlank      Code = "C01"
	CText       Code = "C02"
	CVague      Code = "C03"
	CNegative   Code = "C04"
	CNormalised Code = "C05"
	CDecimal    Code = "C06"
	CError      Code = "C07"
	CDate       Code = "C08"
	CDash       Code = "C09"
	CTenThou    Code = "C10"
	CPersonTime Code = "C11"
	CNoValue    Code = "C12"
	CComputed   Code = "C13"
	CPercent    Code = "C14"
	CSeveral    Code = "C15"
	CSentence   Code = "C16"
	CNothing    Code = "C17"
	CInserted   Code = "C18"
	CTooBig     Code = "C19"
	CNotShown   Code = "C20"
)

// R: a row or a total.
const (
	RRange      Code = "R01"
	RTotal      Code = "R02"
	RFewPersons Code = "R03"
	RNoFirms    Code = "R04"
	RNoWords    Code = "R05"
	RCumulative Code = "R06"
	RTaskBlank  Code = "R07"
	RSplit      Code = "R08"
	RRepeated   Code = "R09"
)

// T: against time. G: against targets. P: people and dates.
const (
	TSame        Code = "T01"
	TCumulative  Code = "T02"
	TFalls       Code = "T03"
	TLooksCumul  Code = "T04"
	TFarAbove    Code = "T05"
	TFarBelow    Code = "T06"
	TOlderResend Code = "T07"
	GHalf        Code = "G01"
	GAbove       Code = "G02"
	POfficer     Code = "P01"
	PLiaison     Code = "P02"
	PNotRoster   Code = "P03"
	PDateLater   Code = "P04"
	PDateAbsent  Code = "P05"
	PNoPhone     Code = "P06"
	PPhone       Code = "P07"
	PPhoneShort  Code = "P08"
	PAddress     Code = "P09"
)

// Codes is the table of all codes, in their order. A test compares it with the
// catalogue of texts.
var Codes = []CodeInfo{
	{FDamaged, Unreadable, []string{"reason"}, "the file is damaged: checksum, cut, missing part, duplicate member, DOCTYPE"},
	{FEncrypted, Unreadable, nil, "the file has a password"},
	{FUnsupported, Unreadable, []string{"kind"}, "the kind of file cannot be read: pdf, picture, .doc …"},
	{FCloudLink, Unreadable, []string{"name", "size", "expires"}, "the mail holds a link to a large attachment, not the file"},
	{FEmpty, Unreadable, nil, "the attachment has no bytes"},
	{FTooLarge, Unreadable, []string{"limit"}, "the file or what it unpacks to is above a limit"},
	{FNoLedger, Unreadable, nil, "the mail speaks of a ledger and holds none (未见台账)"},
	{FForeign, Note, nil, "the document is not a ledger of this campaign"},
	{FTransport, Hold, nil, "the attachment lost bytes on its way through mail"},
	{FCompanion, Note, []string{"kind"}, "a file beside the ledger cannot be read; the ledger was"},
	{FSystem, Hold, nil, "a failure of ours; the county need not resend"},
	{FHiddenPart, Note, []string{"what"}, "hidden rows, columns or sheets were left out"},

	{IUnitAbsent, Hold, nil, "no reporting unit is named anywhere"},
	{IUnitUnknown, Hold, []string{"offer"}, "the unit named is none of ours; offer may be empty"},
	{IUnitMismatch, Hold, []string{"first", "where", "second", "other"}, "two places name different units"},
	{ISeveralUnits, Hold, []string{"units"}, "several units' ledgers in one file"},
	{IPeriodAbsent, Hold, nil, "no month is named anywhere"},
	{IPeriodFuture, Hold, []string{"period"}, "the month has not begun"},
	{IPeriodClosed, Hold, []string{"period"}, "the month is closed, or older than the previous one"},
	{IPeriodMismatch, Hold, []string{"first", "where", "second", "other"}, "two places name different months"},
	{IBlankForm, Block, nil, "a form without any figure"},
	{ITwoLedgers, Hold, []string{"other"}, "two different ledgers of one unit and month in one mail"},
	{ISenderUnknown, Hold, nil, "the sender's address is not known"},
	{ISenderOther, Hold, []string{"unit"}, "the sender's address is known as another unit's"},
	{ISenderFailed, Hold, []string{"what"}, "the sender's identity failed a check"},
	{ISenderUnsigned, Hold, nil, "unsigned mail from this address is not yet confirmed"},
	{IOtherYear, Hold, []string{"year"}, "a ledger of another year's campaign"},
	{IPeriodTwoOpen, Hold, []string{"first", "second"}, "no month is named and two are open"},
	{ILateDiscovery, Hold, []string{"version"}, "arrived before the newest version or the last copy of it, found after it"},
	{IUnsignedChange, Hold, nil, "unsigned mail would change figures in force"},
	{IPeriodPreviously, Hold, []string{"offer"}, "only the filing date names the month, and the month before is still missing"},
	{IDateImpossible, Hold, nil, "a filing date that does not exist, or lies in a later month than the arrival"},
	{IDeskReturn, Block, []string{"why"}, "returned by the desk, in its own words"},

	{HNoMeasure, Block, nil, "title and task column stand, but no column asks for a figure"},
	{HTwice, Block, []string{"measure", "other"}, "one measure has two columns"},
	{HUnknownColumn, Query, nil, "a column of numbers whose header is not known"},
	{HOnlyCumulative, Block, []string{"measure"}, "only a cumulative figure where a monthly one is asked for"},
	{HQuestion, Hold, nil, "a header that looks like ours and names another target"},
	{HAbsent, Query, []string{"measures"}, "columns that the notice asks for are absent"},
	{HCountPerPart, Query, nil, "enterprises are stated per insurance and cannot be summed"},
	{HNumbering, Query, []string{"last", "next"}, "the numbers of a list of items have a gap, or one stands twice or alone"},

	{CBlank, Block, []string{"measure"}, "an empty cell where a number is asked for"},
	{CText, Block, []string{"measure"}, "text where a number is asked for"},
	{CVague, Block, []string{"measure", "offer"}, "about, more than, a range; offer may be empty"},
	{CNegative, Block, []string{"measure"}, "a negative number"},
	{CNormalised, Note, []string{"read"}, "a spelling that was read without doubt"},
	{CDecimal, Block, []string{"measure"}, "not a whole number"},
	{CError, Block, []string{"measure"}, "a formula's error value"},
	{CDate, Block, []string{"measure"}, "a date where a number is asked for"},
	{CDash, Query, []string{"measure"}, "a dash: blocks where the ledger is not complete without the figure"},
	{CTenThou, Block, []string{"measure", "offer"}, "a number in 万"},
	{CPersonTime, Query, []string{"measure"}, "counted in 人次, not in 人"},
	{CNoValue, Block, []string{"measure"}, "a formula without a value that could not be evaluated"},
	{CComputed, Note, []string{"measure", "read"}, "a formula without a stored value was evaluated"},
	{CPercent, Block, []string{"measure"}, "a percentage where a number is asked for"},
	{CSeveral, Block, []string{"measure"}, "several numbers, or an expression, in one cell"},
	{CSentence, Block, []string{"offer"}, "a sentence whose numbers cannot be told apart with certainty"},
	{CNothing, Block, []string{"measure"}, "words for nothing (暂无, 没有): 0 is offered and not applied"},
	{CInserted, Query, []string{"measure"}, "a number inserted under track changes"},
	{CTooBig, Block, []string{"measure"}, "a number too big to be a headcount"},
	{CNotShown, Block, []string{"measure"}, "the number format hides or scales the number"},

	{RRange, Block, []string{"total", "least", "most"}, "persons outside max(parts) to sum(parts)"},
	{RTotal, Block, []string{"measure", "total", "sum"}, "a total row that is not the sum of its rows"},
	{RFewPersons, Query, []string{"persons", "firms"}, "fewer persons than enterprises"},
	{RNoFirms, Query, []string{"persons"}, "no enterprise, yet persons"},
	{RNoWords, Block, nil, "the measures column (主要工作措施) is empty"},
	{RCumulative, Query, []string{"measure", "cumulative", "month"}, "the cumulative column contradicts the month's figure"},
	{RTaskBlank, Note, []string{"measure"}, "task rows left blank beside a right total"},
	{RSplit, Block, []string{"missing"}, "a split by insurance that is begun and not finished"},
	{RRepeated, Query, []string{"rows"}, "task rows that are equal behind the first cell, or in three numbers and more, added up all the same"},

	{TSame, Query, []string{"period"}, "all figures are those of the month before"},
	{TCumulative, Query, []string{"measure", "stated", "expected"}, "cumulative is not last cumulative plus this month"},
	{TFalls, Query, []string{"measure", "stated", "last"}, "the cumulative figure falls"},
	{TLooksCumul, Query, []string{"measure", "value"}, "the figure looks like a cumulative one"},
	{TFarAbove, Query, []string{"measure", "value", "median"}, "five times the unit's median or more"},
	{TFarBelow, Query, []string{"measure", "value", "median"}, "a fifth of the unit's median or less"},
	{TOlderResend, Query, []string{"version"}, "equal to an older version than the newest"},
	{GHalf, Hold, []string{"measure", "value", "target"}, "one month above half of the year-end target"},
	{GAbove, Block, []string{"measure", "value", "target"}, "one month above the year-end target"},
	{POfficer, Query, nil, "负责人 is empty; blocks on a roster"},
	{PLiaison, Query, nil, "联络员 is empty; blocks on a roster"},
	{PNotRoster, Query, []string{"role", "name", "roster"}, "a person who is not the roster's"},
	{PDateLater, Query, []string{"date"}, "the filing date lies after the arrival, in the same period"},
	{PDateAbsent, Query, nil, "填报时间 is empty"},
	{PNoPhone, Block, []string{"role", "name"}, "a person of a roster has no telephone"},
	{PPhone, Block, []string{"role", "name"}, "what stands in a roster for a telephone is none"},
	{PPhoneShort, Query, []string{"role", "name", "offer"}, "a telephone kept as a number has lost its first 0: offered, not applied"},
	{PAddress, Query, []string{"role", "name"}, "what stands in a roster for a mail address is none"},
}

// Info returns the entry of the code, and false for a code that is unknown.
func (c Code) Info() (CodeInfo, bool) {
	for _, i := range Codes {
		if i.Code == c {
			return i, true
		}
	}
	return CodeInfo{}, false
}
