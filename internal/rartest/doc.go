// Package rartest writes rar archives for tests, of the formats 4 and 5: no
// free program writes any. Members are stored, or in format 5 packed with the
// shortest code there is, and everything that a test wants to be wrong can be.
//
// It is no rar program: it makes no solid archives that were packed as such,
// and encrypts nothing, it only says so.
package rartest
