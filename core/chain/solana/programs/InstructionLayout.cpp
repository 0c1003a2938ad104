#include "core/chain/solana/programs/InstructionLayout.h"

#include <algorithm>

namespace countersign::solana {

namespace {

std::string_view takeWord(RoleWords& words)
{
    const std::size_t end = std::min(words.find(' '), words.size());
    const std::string_view word = words.substr(0, end);
    words.remove_prefix(std::min(end + 1, words.size()));
    return word;
}

}  // namespace

Result<std::vector<std::string>> rolesByWords(const RawInstruction& instruction, RoleWords words)
{
    std::vector<std::string> roles;
    while (!words.empty()) {
        std::string_view word = takeWord(words);
        const bool optional = word.ends_with('?');
        if (roles.size() == instruction.accounts.size()) {
            if (optional) {
                break;
            }
            return unreadable("there are fewer accounts than the instruction needs");
        }
        word.remove_suffix(optional ? 1 : 0);
        roles.emplace_back(word);
    }
    roles.resize(instruction.accounts.size());
    return roles;
}

Result<ReadInstruction> readByLayout(const InstructionLayout& layout, const RawInstruction& instruction,
                                     FieldReader fields)
{
    if (layout.read != nullptr) {
        layout.read(fields);
    }
    ReadInstruction read;
    read.name = layout.name;
    ASSIGN_OR_RETURN(read.fields, std::move(fields).finish());
    ASSIGN_OR_RETURN(read.roles, rolesByWords(instruction, layout.roles));
    return read;
}

const InstructionLayout* layoutOf(std::span<const InstructionLayout> layouts, std::uint32_t tag)
{
    const auto found = std::ranges::find(layouts, tag, &InstructionLayout::tag);
    return found == layouts.end() ? nullptr : &*found;
}

Result<ReadInstruction> readBincodeProgram(std::span<const InstructionLayout> layouts,
                                           const RawInstruction& instruction)
{
    FieldReader fields(instruction.data);
    const std::uint32_t tag = fields.reader().u32();
    const InstructionLayout* layout = fields.reader().isFine() ? layoutOf(layouts, tag) : nullptr;
    if (layout == nullptr) {
        return unreadable("the program has no such instruction, or it is not known here");
    }
    return readByLayout(*layout, instruction, std::move(fields));
}

}  // namespace countersign::solana
