package attach

// Type is what a file is by its content. The name and the declared media type
// never decide it.
type Type string

// The types that are told apart.
const (
	TypeXLSX             Type = "xlsx"              // also .xlsm, .et and templates of that shape
	TypeXLSB             Type = "xlsb"              // binary workbook in a zip
	TypeXLS              Type = "xls"               // OLE2 (or bare BIFF) workbook
	TypeET               Type = "et"                // OLE2 workbook written by WPS; read like xls
	TypeODS              Type = "ods"               // OpenDocument spreadsheet
	TypeDOCX             Type = "docx"              //
	TypeDOC              Type = "doc"               // OLE2 Word document, also .wps
	TypeODT              Type = "odt"               // OpenDocument text
	TypePresentation     Type = "presentation"      // ppt, pptx, odp
	TypeText             Type = "text"              // csv or other plain text, in any character set
	TypeHTML             Type = "html"              //
	TypeXMLSheet         Type = "xml-spreadsheet"   // SpreadsheetML 2003
	TypeXML              Type = "xml"               // other XML
	TypeRTF              Type = "rtf"               //
	TypePDF              Type = "pdf"               //
	TypeOFD              Type = "ofd"               // GB/T 33190 document
	TypeImage            Type = "image"             //
	TypeZip              Type = "zip"               //
	TypeRAR              Type = "rar"               //
	TypeSevenZ           Type = "sevenz"            //
	TypeGzip             Type = "gzip"              //
	TypeTNEF             Type = "tnef"              // winmail.dat
	TypeOutlook          Type = "msg"               // Outlook message, OLE2
	TypeEML              Type = "eml"               // a mail
	TypeEncryptedOffice  Type = "encrypted-office"  // OLE2 with an EncryptedPackage stream
	TypeEncryptedArchive Type = "encrypted-archive" // a zip, rar or 7z with a password
	TypeEncryptedMail    Type = "encrypted-mail"    // S/MIME or PGP
	TypeSignedMail       Type = "signed-mail"       // opaque S/MIME signature around the content
	TypeSignature        Type = "signature"         // detached signature of a signed mail
	TypeExecutable       Type = "executable"        // also self-extracting archives
	TypeEmpty            Type = "empty"             // no bytes, or only a line break or two
	TypeUnknown          Type = "unknown"           //
)

// DamageCode names a kind of damage. Codes are stable.
type DamageCode string

// The codes. Those that start with "limit-" mean that something was left
// unread because a limit of Limits was reached.
const (
	DamageHeaderJunk       DamageCode = "header-junk"       // lines in a header that are no fields
	DamageHeaderEnd        DamageCode = "header-end"        // no blank line behind a header
	DamageBareCR           DamageCode = "bare-cr"           // lines end in CR alone
	DamageBoundaryMissing  DamageCode = "boundary-missing"  // a multipart without usable boundary
	DamageBoundaryGuessed  DamageCode = "boundary-guessed"  // the boundary was found in the body
	DamageBoundaryUnclosed DamageCode = "boundary-unclosed" // no closing boundary
	DamageBoundaryReopened DamageCode = "boundary-reopened" // parts behind the closing boundary
	DamageBase64Junk       DamageCode = "base64-junk"
	DamageBase64Cut        DamageCode = "base64-cut"
	DamageBase64Unpadded   DamageCode = "base64-unpadded"
	DamageBase64Trailer    DamageCode = "base64-trailer" // text behind the data, dropped
	DamageQuoted           DamageCode = "quoted-printable"
	DamageUU               DamageCode = "uuencode"
	DamageEncoding         DamageCode = "encoding" // unknown or wrong transfer encoding
	DamageCharset          DamageCode = "charset"  // unknown character set, or characters lost
	DamagePartial          DamageCode = "partial"  // message/partial or external-body: the content is elsewhere
	DamageArchive          DamageCode = "archive"  // broken structure of an archive
	DamageArchiveMember    DamageCode = "archive-member"
	DamageNoMessage        DamageCode = "no-message" // no header at all
	DamageLimitMessage     DamageCode = "limit-message"
	DamageLimitHeader      DamageCode = "limit-header"
	DamageLimitDepth       DamageCode = "limit-depth"
	DamageLimitNested      DamageCode = "limit-nested"
	DamageLimitParts       DamageCode = "limit-parts"
	DamageLimitBytes       DamageCode = "limit-bytes"
	DamageLimitArchive     DamageCode = "limit-archive"
)

// Damage tells of something that was damaged, or above a limit, and tolerated.
type Damage struct {
	Code   DamageCode
	Path   string // of the part, as in File.Path; "" for the whole mail
	Detail string // English, for logs and evidence; holds no file content
	Lost   bool   // content may be missing or wrong because of it
}

// Limits bounds what Parse reads. A zero field means its default. Above a
// limit reading stops at that place and a Damage says so; nothing is cut off
// in silence.
type Limits struct {
	Message        int // bytes of the raw mail; default 80 MiB
	Header         int // bytes of one header, the mail's or a part's; default 1 MiB
	Depth          int // MIME levels, nested mails included; default 20
	Nested         int // mails inside mails; default 3
	Parts          int // MIME parts in all; default 200
	Decoded        int // bytes of all files and bodies after decoding and unpacking; default 200 MiB
	ArchiveEntries int // members of all archives; default 200
	ArchiveNested  int // archives inside archives, the outer one counted; default 2
	ArchiveRatio   int // unpacked to packed size of a member above 1 MiB; default 200
	// Unpack takes the members out of archives. nil: no archive is opened, each
	// is listed as it is. Archives of strangers are to be unpacked in a fenced child.
	Unpack Unpacker
}

// withDefaults fills the zero fields.
func (l Limits) withDefaults() Limits {
	def := func(p *int, v int) {
		if *p <= 0 {
			*p = v
		}
	}
	def(&l.Message, 80<<20)
	def(&l.Header, 1<<20)
	def(&l.Depth, 20)
	def(&l.Nested, 3)
	def(&l.Parts, 200)
	def(&l.Decoded, 200<<20)
	def(&l.ArchiveEntries, 200)
	def(&l.ArchiveNested, 2)
	def(&l.ArchiveRatio, 200)
	return l
}
