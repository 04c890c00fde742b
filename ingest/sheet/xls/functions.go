package xls

// userDefined is the function that stands for one of an add-in or a macro,
// whose name is its first argument.
const userDefined = 255

// variable marks a function whose calls tell how many arguments they have.
const variable = -1

// function is a function of formulas.
type function struct {
	name      string
	arguments int
}

// functions names the functions of formulas by their number (MS-XLS §2.5.198.17)
// as far as ledgers use them. A formula with another is given undecoded.
var functions = map[int]function{
	0: {"COUNT", variable}, 1: {"IF", variable}, 2: {"ISNA", 1}, 3: {"ISERROR", 1}, 4: {"SUM", variable}, 5: {"AVERAGE", variable},
	6: {"MIN", variable}, 7: {"MAX", variable}, 8: {"ROW", variable}, 9: {"COLUMN", variable}, 10: {"NA", 0}, 11: {"NPV", variable},
	12: {"STDEV", variable}, 13: {"DOLLAR", variable}, 14: {"FIXED", variable}, 15: {"SIN", 1}, 16: {"COS", 1}, 17: {"TAN", 1},
	18: {"ATAN", 1}, 19: {"PI", 0}, 20: {"SQRT", 1}, 21: {"EXP", 1}, 22: {"LN", 1}, 23: {"LOG10", 1}, 24: {"ABS", 1},
	25: {"INT", 1}, 26: {"SIGN", 1}, 27: {"ROUND", 2}, 28: {"LOOKUP", variable}, 29: {"INDEX", variable}, 30: {"REPT", 2},
	31: {"MID", 3}, 32: {"LEN", 1}, 33: {"VALUE", 1}, 34: {"TRUE", 0}, 35: {"FALSE", 0}, 36: {"AND", variable},
	37: {"OR", variable}, 38: {"NOT", 1}, 39: {"MOD", 2}, 40: {"DCOUNT", 3}, 41: {"DSUM", 3}, 42: {"DAVERAGE", 3},
	43: {"DMIN", 3}, 44: {"DMAX", 3}, 46: {"VAR", variable}, 48: {"TEXT", 2}, 56: {"PV", variable}, 57: {"FV", variable},
	58: {"NPER", variable}, 59: {"PMT", variable}, 60: {"RATE", variable}, 62: {"IRR", variable}, 63: {"RAND", 0}, 64: {"MATCH", variable},
	65: {"DATE", 3}, 66: {"TIME", 3}, 67: {"DAY", 1}, 68: {"MONTH", 1}, 69: {"YEAR", 1}, 70: {"WEEKDAY", variable},
	71: {"HOUR", 1}, 72: {"MINUTE", 1}, 73: {"SECOND", 1}, 74: {"NOW", 0}, 75: {"AREAS", 1}, 76: {"ROWS", 1},
	77: {"COLUMNS", 1}, 78: {"OFFSET", variable}, 82: {"SEARCH", variable}, 83: {"TRANSPOSE", 1}, 86: {"TYPE", 1},
	97: {"ATAN2", 2}, 98: {"ASIN", 1}, 99: {"ACOS", 1}, 100: {"CHOOSE", variable}, 101: {"HLOOKUP", variable},
	102: {"VLOOKUP", variable}, 105: {"ISREF", 1}, 109: {"LOG", variable}, 111: {"CHAR", 1}, 112: {"LOWER", 1}, 113: {"UPPER", 1},
	114: {"PROPER", 1}, 115: {"LEFT", variable}, 116: {"RIGHT", variable}, 117: {"EXACT", 2}, 118: {"TRIM", 1},
	119: {"REPLACE", 4}, 120: {"SUBSTITUTE", variable}, 121: {"CODE", 1}, 124: {"FIND", variable}, 125: {"CELL", variable},
	126: {"ISERR", 1}, 127: {"ISTEXT", 1}, 128: {"ISNUMBER", 1}, 129: {"ISBLANK", 1}, 130: {"T", 1}, 131: {"N", 1},
	140: {"DATEVALUE", 1}, 141: {"TIMEVALUE", 1}, 142: {"SLN", 3}, 143: {"SYD", 4}, 144: {"DDB", variable},
	148: {"INDIRECT", variable}, 162: {"CLEAN", 1}, 163: {"MDETERM", 1}, 164: {"MINVERSE", 1}, 165: {"MMULT", 2},
	169: {"COUNTA", variable}, 183: {"PRODUCT", variable}, 184: {"FACT", 1}, 190: {"ISNONTEXT", 1}, 193: {"STDEVP", variable},
	194: {"VARP", variable}, 197: {"TRUNC", variable}, 198: {"ISLOGICAL", 1}, 205: {"FINDB", variable}, 206: {"SEARCHB", variable},
	207: {"REPLACEB", 4}, 208: {"LEFTB", variable}, 209: {"RIGHTB", variable}, 210: {"MIDB", 3}, 211: {"LENB", 1},
	212: {"ROUNDUP", 2}, 213: {"ROUNDDOWN", 2}, 214: {"ASC", 1}, 215: {"DBCS", 1}, 216: {"RANK", variable},
	219: {"ADDRESS", variable}, 220: {"DAYS360", variable}, 221: {"TODAY", 0}, 227: {"MEDIAN", variable}, 228: {"SUMPRODUCT", variable},
	244: {"INFO", 1}, 252: {"FREQUENCY", 2}, 255: {"USER", variable}, 261: {"ERROR.TYPE", 1}, 269: {"AVEDEV", variable},
	276: {"COMBIN", 2}, 279: {"EVEN", 1}, 285: {"FLOOR", 2}, 288: {"CEILING", 2}, 298: {"ODD", 1}, 299: {"PERMUT", 2},
	307: {"CORREL", 2}, 308: {"COVAR", 2}, 309: {"FORECAST", 3}, 318: {"DEVSQ", variable}, 319: {"GEOMEAN", variable},
	320: {"HARMEAN", variable}, 321: {"SUMSQ", variable}, 325: {"LARGE", 2}, 326: {"SMALL", 2}, 327: {"QUARTILE", 2},
	328: {"PERCENTILE", 2}, 329: {"PERCENTRANK", variable}, 330: {"MODE", variable}, 336: {"CONCATENATE", variable}, 337: {"POWER", 2},
	342: {"RADIANS", 1}, 343: {"DEGREES", 1}, 344: {"SUBTOTAL", variable}, 345: {"SUMIF", variable}, 346: {"COUNTIF", 2},
	347: {"COUNTBLANK", 1}, 351: {"DATEDIF", 3}, 352: {"DATESTRING", 1}, 353: {"NUMBERSTRING", 2}, 354: {"ROMAN", variable},
	358: {"GETPIVOTDATA", variable}, 359: {"HYPERLINK", variable}, 360: {"PHONETIC", 1}, 361: {"AVERAGEA", variable}, 362: {"MAXA", variable},
	363: {"MINA", variable},
}
