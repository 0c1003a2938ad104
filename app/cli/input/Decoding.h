#pragma once

#include "app/cli/CommandTable.h"

#include <functional>
#include <string_view>

namespace countersign::cli {

inline constexpr QLatin1StringView batchOptionName("batch");
/// What every decoding command may be given besides its own options.
OptionSpec batchOption();
/// The input as an argument, every byte as on standard input.
PositionalSpec inputPosition(const char* name);

/// Where the one input of a decoding command ends.
enum class InputEnd {
    DropNewline,  ///< one trailing newline on standard input is not part of it (design.md §7)
    Exact,        ///< every byte counts
};

/// Runs convert on the input (the only positional argument, else standard input), or with --batch on every
/// line, where a failure becomes {"error": sentence} and the batch goes on. convert writes its own output.
void runDecoding(Invocation& invocation, InputEnd end,
                 const std::function<Result<ExitStatus>(std::string_view input)>& convert);

}  // namespace countersign::cli
