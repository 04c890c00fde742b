package main

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"taizhang/app"
	"taizhang/config"
)

// explain finds the sentence and the exit code for an error.
func explain(err error) *exitError {
	var problem *config.Problem
	var template *app.TemplateProblem
	var no *app.Refusal
	var secret *config.SecretError
	var damage *app.DamageError
	switch {
	case errors.As(err, &problem), errors.As(err, &template), errors.As(err, &secret):
		return &exitError{exitUsage, err.Error()}
	case errors.As(err, &no):
		args := make([]any, len(no.Args))
		for i, a := range no.Args {
			args[i] = a
		}
		code := exitUsage
		if no.Code == app.RefuseNoRoom {
			code = exitPerson
		}
		return &exitError{code, fmt.Sprintf(refusals[no.Code], args...)}
	case errors.Is(err, app.ErrNotLoopback):
		return &exitError{exitUsage, fmt.Sprintf(textLoopback, err)}
	case errors.Is(err, app.ErrLocked):
		return &exitError{exitOurs, fmt.Sprintf(textTaken, "")}
	case errors.Is(err, app.ErrNewer):
		return &exitError{exitOurs, textNewer}
	case errors.As(err, &damage):
		return &exitError{exitOurs, fmt.Sprintf(textDamaged, problemsText(damage.Problems, 5))}
	case errors.Is(err, app.ErrPoisoned):
		return &exitError{exitOurs, fmt.Sprintf(textPoisoned, err)}
	case errors.Is(err, app.ErrDamaged):
		return &exitError{exitOurs, fmt.Sprintf(textDamaged, fmt.Sprintf(textProblem["database"]+"\n", err))}
	case errors.Is(err, app.ErrCopy):
		return &exitError{exitPerson, textCopy}
	case errors.Is(err, fs.ErrPermission), errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.EROFS), errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EIO):
		return &exitError{exitOurs, fmt.Sprintf(textDisk, err)}
	}
	if s := mailboxText(err); s != "" {
		return &exitError{exitPerson, s}
	}
	return &exitError{exitOurs, fmt.Sprintf(textOurs, err)}
}

// mailboxText is the sentence for an error of the mailbox, "" for others.
func mailboxText(err error) string {
	switch app.MailboxTrouble(err) {
	case app.TroubleNone:
		return ""
	case app.TroubleLogin:
		return textLogin
	case app.TroubleUnsafe:
		return textUnsafe
	case app.TroubleDNS:
		return textDNS
	case app.TroubleRefused:
		return textRefused
	case app.TroubleTLS:
		return textTLS
	case app.TroubleTimeout:
		return textTimeout
	}
	return fmt.Sprintf(textMailbox, err)
}
