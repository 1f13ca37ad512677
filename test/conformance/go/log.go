// A log in tiles, read over HTTP and verified from its checkpoint down to every leaf.
package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

// tiles reads tiles for sumdb/tlog, each once.
// C2SP leaves out the height that sumdb writes into the address: tile/8/0/000 is tile/0/000.
type tiles struct {
	url  string
	read map[string][]byte
}

func (t tiles) Height() int                         { return tileHeight }
func (t tiles) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight), "tile/", 1)
		data, known := t.read[path]
		if !known {
			var err error
			if data, err = get(t.url + "/" + path); err != nil {
				return nil, err
			}
			t.read[path] = data
		}
		all = append(all, data)
	}
	return all, nil
}

// checkLog verifies the newest checkpoint, every leaf below it, the record proofs of some, and, where
// an older checkpoint is given, that its own policy vouches for it and its tree is the beginning of the newest.
func checkLog(url string, current *policy, oldFile string, older *policy) (string, error) {
	signed, err := get(url + "/checkpoint")
	if err != nil {
		return "", err
	}
	tree, witnesses, err := current.open(signed)
	if err != nil {
		return "", err
	}
	reader := tlog.TileHashReader(tree, tiles{url, map[string][]byte{}})
	for first := int64(0); first < tree.N; first += 1 << tileHeight {
		width := tree.N - first
		if width > 1<<tileHeight {
			width = 1 << tileHeight
		}
		if err := checkEntries(url, tree, reader, first, width); err != nil {
			return "", err
		}
	}
	beginning := ""
	if oldFile != "" {
		if beginning, err = checkOlder(oldFile, older, tree, reader); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%d leaves over tiles, %d witnesses%s", tree.N, witnesses, beginning), nil
}

// checkEntries proves every leaf of a tile to be in the tree. The proofs are checked one by one: some versions
// of sumdb/tlog do not compare each tile that they read with the tile above it.
func checkEntries(url string, tree tlog.Tree, reader tlog.HashReader, first, width int64) error {
	tile := tlog.Tile{H: tileHeight, L: 0, N: first >> tileHeight, W: int(width)}
	path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/0/", tileHeight), "tile/entries/", 1)
	data, err := get(url + "/" + path)
	if err != nil {
		return err
	}
	for index := first; index < first+width; index++ {
		if len(data) < 2 {
			return errors.New("a tile of entries ends too early")
		}
		length := int(binary.BigEndian.Uint16(data))
		if len(data) < 2+length {
			return errors.New("an entry ends too early")
		}
		proof, err := tlog.ProveRecord(tree.N, index, reader)
		if err != nil {
			return err
		}
		leaf := tlog.RecordHash(data[2 : 2+length])
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaf); err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
		data = data[2+length:]
	}
	if len(data) > 0 {
		return errors.New("a tile of entries holds more than its leaves")
	}
	return nil
}

func checkOlder(file string, policy *policy, tree tlog.Tree, reader tlog.HashReader) (string, error) {
	signed, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	older, _, err := policy.open(signed)
	if err != nil {
		return "", err
	}
	proof, err := tlog.ProveTree(tree.N, older.N, reader)
	if err != nil {
		return "", err
	}
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash); err != nil {
		return "", err
	}
	return fmt.Sprintf(", begins with the tree of %d", older.N), nil
}

func get(url string) ([]byte, error) {
	answer, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: status %d", url, answer.StatusCode)
	}
	return io.ReadAll(io.LimitReader(answer.Body, 32<<20))
}
