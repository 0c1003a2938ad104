#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"

#include <filesystem>

// Durable file writes (fsync). The seal of the audit record and a new profile must survive a power cut: the
// content, and the folder's entry that names it, have to be on the disk before anybody relies on them.

namespace countersign {

/// Makes the folder's entries (names, renames) durable. Storage when that fails; nothing to do on Windows.
Status syncFolder(const std::filesystem::path& folder);

/// Replaces the file's content at once: readers, also after a crash, see the old or the new content, whole.
/// Readable by its owner only (0600). Uses the name file + ".new" beside it, so writers must take turns.
Status replaceFile(const std::filesystem::path& file, BytesView content);

/// Writes over the content of a file that exists and is as long as that, and makes it durable with one sync
/// of data: neither its length nor the folder changes. After a power cut in between a sector (512 bytes) of
/// it is old or new.
Status overwriteFile(const std::filesystem::path& file, BytesView content);

/// Writes zeros over the whole content of a file that is about to be removed, and makes that durable: what
/// was in it does not stay in blocks that became free, as far as the file system writes in place.
Status wipeFile(const std::filesystem::path& file);

/// NotFound when there is no such file, InvalidInput when it is longer than maxBytes or no regular file.
Result<Bytes> readSmallFile(const std::filesystem::path& file, std::size_t maxBytes);

}  // namespace countersign
