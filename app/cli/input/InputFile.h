#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"

#include <cstddef>
#include <functional>
#include <string>

namespace countersign::cli {

class Terminal;

/// A file that holds no secret, or standard input for "-". path: the bytes of its name. At most maxBytes + 1
/// are read, so that whoever parses can say that it is too long. NotFound when it cannot be read.
Result<Bytes> readInputFile(const std::string& path, std::size_t maxBytes, Terminal& terminal);

/// The same for files of any length: hands on piece by piece until take fails, and returns its error then. On
/// standard input no line may be longer than terminalMaxInput.
Status readInputPieces(const std::string& path, Terminal& terminal,
                       const std::function<Status(BytesView)>& take);

/// Writes a file of its own in place of one that may be there, wholly or not at all. path: the bytes of its
/// name, which have to be UTF-8. Storage when it cannot be written.
Status writeOutputFile(const std::string& path, BytesView content);

}  // namespace countersign::cli
