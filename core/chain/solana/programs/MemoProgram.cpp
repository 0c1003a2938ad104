#include "core/base/text/Utf8.h"
#include "core/chain/solana/programs/ProgramDecoder.h"

// Memo, both versions (github.com/solana-program/memo, processor.rs): the data is the text. The second
// version demands that every account it is given signs, which makes them its witnesses.

namespace countersign::solana {

Result<ReadInstruction> decodeMemo(const RawInstruction& instruction)
{
    const std::string_view text = asText(instruction.data);
    if (!isWellFormedUtf8(text)) {
        return unreadable("the memo is no UTF-8 text");
    }
    ReadInstruction read{"addMemo", {}, {{"memo", std::string(text)}}, {}};
    for (const InstructionAccount& account : instruction.accounts) {
        read.roles.emplace_back(account.signs ? "signer" : "");
    }
    return read;
}

}  // namespace countersign::solana
