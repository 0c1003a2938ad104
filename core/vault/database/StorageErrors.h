#pragma once

#include "core/base/Result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <system_error>

// File-system errors as sentences with the step that helps. "Could not be written" helps nobody. A full disk,
// a quota, a read-only file system, a limit of the shell, a server that gives no locks and a broken disk each
// need another step, and the system says which it is.

namespace countersign {

/// The sentence for an errno of the file system, with the step that helps; nothing for others.
std::optional<QString> storageSentence(int systemError);

/// Storage, with that sentence or the fallback.
Error storageErrorOr(const std::error_code& reason, const std::filesystem::path& file,
                     const QString& fallback);
/// The same with a fallback of its own.
Error storageError(int systemError, const std::filesystem::path& file);

/// What keeps a profile from working in the folder: writes, syncs and locks a small file of its own there, of
/// which nothing stays. Nothing when all of that works.
std::optional<Error> storageProblem(const std::filesystem::path& folder);

/// For doctor: that, and that there is room for what a profile writes in a while.
std::optional<Error> storageOutlook(const std::filesystem::path& folder);

}  // namespace countersign
