#include "core/meaning/solana/InstructionMeaning.h"

#include "core/base/encoding/Hex.h"
#include "core/meaning/messages/MessageBytes.h"
#include "core/meaning/solana/InstructionActs.h"
#include "core/meaning/solana/TokenAmounts.h"
#include "core/meaning/solana/rules/InstructionRules.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>

namespace countersign::meaning {

namespace {

using Knowledges = std::span<const InstructionKnowledge> (*)();

struct ProgramKnowledge
{
    std::string_view program;  ///< as the decoder calls it
    Knowledges knowledges;
};

constexpr std::array programKnowledge = {
    ProgramKnowledge{"system", systemKnowledge},
    ProgramKnowledge{"stake", stakeKnowledge},
    ProgramKnowledge{"vote", voteKnowledge},
    ProgramKnowledge{"token", tokenMoveKnowledge},
    ProgramKnowledge{"token", tokenPowerKnowledge},
    ProgramKnowledge{"token2022", tokenMoveKnowledge},
    ProgramKnowledge{"token2022", tokenPowerKnowledge},
    ProgramKnowledge{"token2022", tokenMintKnowledge},
    ProgramKnowledge{"associatedToken", associatedTokenKnowledge},
    ProgramKnowledge{"bpfLoaderUpgradeable", loaderKnowledge},
    ProgramKnowledge{"loaderV4", loaderV4Knowledge},
    ProgramKnowledge{"addressLookupTable", lookupTableKnowledge},
    ProgramKnowledge{"squads", squadsKnowledge},
    ProgramKnowledge{"computeBudget", computeBudgetKnowledge},
    ProgramKnowledge{"memo", memoKnowledge},
    ProgramKnowledge{"ed25519", precompileKnowledge},
    ProgramKnowledge{"secp256k1", precompileKnowledge},
    ProgramKnowledge{"secp256r1", precompileKnowledge},
};

const InstructionKnowledge* knowledgeOf(const solana::DecodedInstruction& instruction)
{
    for (const ProgramKnowledge& program : programKnowledge) {
        if (program.program != instruction.program) {
            continue;
        }
        const auto known = program.knowledges();
        const auto found = std::ranges::find(known, instruction.name, &InstructionKnowledge::name);
        if (found != known.end()) {
            return &*found;
        }
    }
    return nullptr;
}

/// "newAuthority" is "New authority"; "members[0].key" is "Members[0] key".
std::string labelOf(std::string_view camelCase)
{
    std::string label;
    for (const char letter : camelCase) {
        const auto code = static_cast<unsigned char>(letter);
        if (label.empty()) {
            label += static_cast<char>(std::toupper(code));
        } else if (std::isupper(code) != 0) {
            label += ' ';
            label += static_cast<char>(std::tolower(code));
        } else {
            label += letter == '.' ? ' ' : letter;
        }
    }
    return label;
}

std::string numberText(const InstructionReading& reading, const std::string& name, std::uint64_t value)
{
    if (name == "lamports") {
        return reading.scene().sol(value);
    }
    const bool isTokens = reading.instruction().program.starts_with("token") &&
                          (name == "amount" || name == "fee" || name == "maximumFee");
    return isTokens && reading.instruction().name != "unwrapLamports" ? amountText(reading, value).full
                                                                      : std::to_string(value);
}

std::string instructionValueText(const InstructionReading& reading, const solana::InstructionField& field)
{
    struct Writer
    {
        const InstructionReading& reading;
        const std::string& name;

        std::string operator()(bool truth) const { return truth ? "yes" : "no"; }
        std::string operator()(std::uint64_t number) const { return numberText(reading, name, number); }
        std::string operator()(std::int64_t number) const { return std::to_string(number); }
        std::string operator()(const std::string& text) const { return text; }
        std::string operator()(const SolanaAddress& address) const { return reading.scene().named(address); }
        std::string operator()(const Bytes& bytes) const { return toHexPrefixed(bytes); }
    };
    return std::visit(Writer{reading, field.name}, field.value);
}

std::string accountText(const InstructionReading& reading, const solana::InstructionAccount& account)
{
    return account.address ? reading.scene().named(*account.address)
                           : "number " + std::to_string(account.index) + ", which only a lookup table knows";
}

/// Memos and names are words of whoever made the transaction: nothing in them may be unseen.
void nameBlankLetters(InstructionReading& reading, const solana::InstructionField& field)
{
    const auto* text = std::get_if<std::string>(&field.value);
    bool changed = false;
    std::string named = text == nullptr ? std::string() : withBlankLettersNamed(*text, changed);
    if (changed) {
        reading.meaning().fields.back().value = std::move(named);
        reading.find("message.text.hidden", Severity::Warning, "Characters that look like nothing",
                     "The " + field.name + " of " + reading.instruction().name +
                         " has letters or marks that are seen as a blank or not at all. They are shown by "
                         "their numbers.");
    }
}

/// Sysvars are the same in every transaction: they are shown in the decoded tree, not here.
bool isWorthShowing(const solana::InstructionAccount& account)
{
    return !account.role.ends_with("Sysvar");
}

void addInstructionFields(InstructionReading& reading, const std::string& number)
{
    const solana::DecodedInstruction& instruction = reading.instruction();
    std::vector<Field>& fields = reading.meaning().fields;
    const std::string what = instruction.isRead() ? instruction.name : "not read: " + instruction.error;
    fields.push_back(
        {"Instruction " + number, programText(instruction.programId) + ": " + what, reading.path()});
    for (const solana::InstructionAccount& account : instruction.accounts) {
        if (isWorthShowing(account)) {
            const std::string role = account.role.empty() ? "account" : account.role;
            fields.push_back({labelOf(role), accountText(reading, account), reading.path() + '.' + role});
        }
    }
    for (const solana::InstructionField& field : instruction.fields) {
        fields.push_back(
            {labelOf(field.name), instructionValueText(reading, field), reading.path() + '.' + field.name});
        nameBlankLetters(reading, field);
    }
    if (!instruction.isRead() && !instruction.data.empty()) {
        fields.push_back({"Data", toHexPrefixed(instruction.data), reading.path() + ".data"});
    }
}

/// Otherwise in their order.
std::vector<ActionIntent> gravestFirst(const std::vector<ActionIntent>& actions)
{
    std::vector<ActionIntent> sorted;
    for (int rank = 0; rank <= ActionIntent::lastRank; ++rank) {
        std::ranges::copy_if(actions, std::back_inserter(sorted),
                             [rank](const ActionIntent& action) { return action.rank() == rank; });
    }
    return sorted;
}

/// "5 more, of which 2 give power and 3 send something".
std::string restOf(const std::vector<ActionIntent>& actions)
{
    const auto powers = std::ranges::count(actions, true, &ActionIntent::givesPower);
    const auto sendings = std::ranges::count(actions, true, &ActionIntent::sends);
    std::string text = std::to_string(actions.size()) + " more";
    if (powers > 0) {
        text += ", of which " + std::to_string(powers) + (powers == 1 ? " gives power" : " give power");
    }
    if (sendings > 0) {
        text += (powers > 0 ? " and " : ", of which ") + std::to_string(sendings) +
                (sendings == 1 ? " sends something" : " send something");
    }
    return text;
}

void readInstruction(InstructionReading& reading, const std::string& number)
{
    const solana::DecodedInstruction& instruction = reading.instruction();
    addInstructionFields(reading, number);
    checkInstruction(reading);
    if (!instruction.isRead()) {
        return;
    }
    if (const InstructionKnowledge* knowledge = knowledgeOf(instruction)) {
        knowledge->explain(reading);
    } else {
        effectUnknown(reading);
    }
    if (!reading.meaning().understood) {
        reading.meaning().intent.clear();
    }
}

}  // namespace

InstructionReading explainInstruction(const solana::DecodedInstruction& instruction, const SolanaScene& scene,
                                      const std::string& path, const std::string& number)
{
    InstructionReading reading(instruction, scene, path);
    readInstruction(reading, number);
    addInstructionActs(reading);
    return reading;
}

ActionIntent actionOf(const Meaning& meaning)
{
    const auto has = [&meaning](Effect::Direction direction) {
        return std::ranges::find(meaning.effects, direction, &Effect::direction) != meaning.effects.end();
    };
    const bool isGrave =
        std::ranges::find(meaning.findings, Severity::Critical, &Finding::severity) != meaning.findings.end();
    return {meaning.intent, isGrave, has(Effect::Direction::Power), has(Effect::Direction::Out)};
}

std::vector<ActionIntent> explainInner(InstructionReading& reading, const SolanaScene& scene)
{
    std::vector<ActionIntent> actions;
    const auto& inner = reading.instruction().inner;
    for (std::size_t i = 0; i < inner.size(); ++i) {
        const std::string index = "inner[" + std::to_string(i) + "]";
        InstructionReading part = explainInstruction(inner[i], scene, reading.path() + '.' + index,
                                                     "inside, " + std::to_string(i + 1));
        if (!part.isAccessory() && !part.meaning().intent.empty()) {
            actions.push_back(actionOf(part.meaning()));
        }
        reading.meaning().absorb(std::move(part.meaning()));
    }
    return actions;
}

std::string intentOf(std::vector<ActionIntent> actions)
{
    constexpr std::size_t maxTold = 4;
    if (actions.size() <= 1) {
        return actions.empty() ? std::string() : actions.front().sentence;
    }
    const bool isTooMany = actions.size() > maxTold;
    if (isTooMany) {
        actions = gravestFirst(actions);
    }
    std::string sentence = std::to_string(actions.size()) + " actions: ";
    const std::size_t told = std::min(actions.size(), maxTold);
    for (std::size_t i = 0; i < told; ++i) {
        sentence += (i == 0 ? "" : "; ") + actions[i].sentence;
    }
    return isTooMany ? sentence + "; and " + restOf({actions.begin() + maxTold, actions.end()}) : sentence;
}

}  // namespace countersign::meaning
