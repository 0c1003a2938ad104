#pragma once

#include "core/base/Result.h"

#include <QString>

#include <string>

namespace countersign {

/// What a file holds in which another operator handed a statement over: at most approvalMaxBytes, and read by
/// nobody yet. NotFound where it cannot be read; InvalidInput where it is larger. Not on the GUI thread.
Result<std::string> statementFile(const QString& name);

}  // namespace countersign
