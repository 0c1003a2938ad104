#pragma once

#include <QStringList>

#include <optional>
#include <span>
#include <string>
#include <vector>

// Command-line arguments as exact bytes, without loss of what is no UTF-8. QCoreApplication::arguments()
// decodes them, and what is no UTF-8 becomes U+FFFD: another text is hashed than was given, and different
// file names become the same. So the words are taken from argv, and QCommandLineParser, which knows QString
// only, is given one Latin-1 character for each byte. What comes out of it is such a word again and must pass
// through one of the functions below.

namespace countersign {

/// argv without the program's name, exactly. Take them before QCoreApplication is made; QApplication takes
/// words for itself, so behind it there.
std::vector<std::string> commandWords(int count, const char* const words[]);

/// One character for each byte.
QStringList parserWords(std::span<const std::string> words);

/// The bytes of a word of the parser, for names of files.
std::string wordBytes(const QString& parserWord);

/// The word as text, a byte-order mark included; nothing when its bytes are no UTF-8.
std::optional<QString> wordText(const QString& parserWord);

/// For sentences: of a word, or of the parser's own complaint, which quotes words.
QString wordShown(const QString& parserText);

}  // namespace countersign
