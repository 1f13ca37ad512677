// Verifies proofs and a whole log with the Go project's own libraries, so that at least one verifier
// that is not ours accepts what we write, and refuses what was tampered with.
//
//	verifier proof PROOF POLICY
//	verifier act PACK POLICY
//	verifier log URL POLICY [OLD CHECKPOINT [ITS POLICY]]
//
// PROOF is a .tlog-proof that carries its leaf; PACK a proof pack, of which the act itself is judged. POLICY is a tlog-policy file with one group. URL is where a
// log lies in tiles (C2SP tlog-tiles). An older checkpoint may be of a time with other keys, which ITS POLICY
// names. Exit code 0 when everything holds, 1 when something does not.
package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	accepted, err := run(os.Args[1:])
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
	fmt.Println("accepted:", accepted)
}

func run(args []string) (string, error) {
	if len(args) < 3 {
		return "", errors.New("usage: verifier proof PROOF POLICY | verifier act PACK POLICY | verifier log URL POLICY [OLD CHECKPOINT [ITS POLICY]]")
	}
	policy, err := policyIn(args[2])
	if err != nil {
		return "", err
	}
	switch {
	case args[0] == "proof" && len(args) == 3:
		return checkProof(args[1], policy)
	case args[0] == "act" && len(args) == 3:
		return checkAct(args[1], policy)
	case args[0] == "log" && len(args) == 3:
		return checkLog(args[1], policy, "", nil)
	case args[0] == "log" && len(args) == 4:
		return checkLog(args[1], policy, args[3], policy)
	case args[0] == "log" && len(args) == 5:
		older, err := policyIn(args[4])
		if err != nil {
			return "", err
		}
		return checkLog(args[1], policy, args[3], older)
	}
	return "", errors.New("unknown command")
}

func policyIn(file string) (*policy, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return readPolicy(string(text))
}

func checkProof(file string, policy *policy) (string, error) {
	proof, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	return included(proof, nil, policy)
}

// included checks a proof of a leaf: of the one that is known, or else of the one that the file carries.
func included(proof, known []byte, policy *policy) (string, error) {
	head, signed, found := bytes.Cut(proof, []byte("\n\n"))
	if !found {
		return "", errors.New("the file has no checkpoint")
	}
	leaf, index, path, err := readHead(string(head))
	if err != nil {
		return "", err
	}
	if (leaf == nil) == (known == nil) {
		return "", errors.New("a leaf stands in the file or is known, not both")
	}
	tree, witnesses, err := policy.open(signed)
	if err != nil {
		return "", err
	}
	hash := tlog.RecordHash(append(leaf, known...))
	if err := tlog.CheckRecord(path, tree.N, tree.Hash, index, hash); err != nil {
		return "", err
	}
	return fmt.Sprintf("leaf %d of %d, %d witnesses", index, tree.N, witnesses), nil
}

// readHead reads a proof down to its checkpoint. The leaf is nil where the file carries none.
func readHead(head string) (leaf []byte, index int64, path tlog.RecordProof, err error) {
	lines := strings.Split(head, "\n")
	if len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return nil, 0, nil, errors.New("not a proof file")
	}
	lines = lines[1:]
	if extra, carries := strings.CutPrefix(lines[0], "extra "); carries {
		if leaf, err = base64.StdEncoding.DecodeString(extra); err != nil {
			return nil, 0, nil, err
		}
		lines = lines[1:]
	}
	if len(lines) == 0 {
		return nil, 0, nil, errors.New("the proof names no index")
	}
	if index, err = strconv.ParseInt(strings.TrimPrefix(lines[0], "index "), 10, 64); err != nil {
		return nil, 0, nil, err
	}
	for _, line := range lines[1:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, 0, nil, err
		}
		path = append(path, hash)
	}
	return leaf, index, path, nil
}
