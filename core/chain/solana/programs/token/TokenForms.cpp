#include "core/chain/solana/programs/token/TokenForms.h"

#include "core/base/text/Utf8.h"

#include <QByteArray>
#include <QLocale>

#include <algorithm>
#include <bit>
#include <cmath>

namespace countersign::solana {

namespace {

constexpr std::string_view offsetSuffix = "InstructionOffset";

/// As the programs number them (AuthorityType); the original program has the first four.
constexpr std::array<std::string_view, 18> authorityTypes = {
    "mintTokens",
    "freezeAccount",
    "accountOwner",
    "closeAccount",
    "transferFeeConfig",
    "withheldWithdraw",
    "closeMint",
    "interestRate",
    "permanentDelegate",
    "confidentialTransferMint",
    "transferHookProgramId",
    "confidentialTransferFeeConfig",
    "metadataPointer",
    "groupPointer",
    "groupMemberPointer",
    "scaledUiAmountConfig",
    "pausableConfig",
    "permissionedBurn",
};

constexpr std::array<std::string_view, 3> accountStates = {"uninitialized", "initialized", "frozen"};

/// ExtensionType of Token-2022.
constexpr std::array<std::string_view, 29> extensionTypes = {
    "uninitialized",
    "transferFeeConfig",
    "transferFeeAmount",
    "mintCloseAuthority",
    "confidentialTransferMint",
    "confidentialTransferAccount",
    "defaultAccountState",
    "immutableOwner",
    "memoTransfer",
    "nonTransferable",
    "interestBearingConfig",
    "cpiGuard",
    "permanentDelegate",
    "nonTransferableAccount",
    "transferHook",
    "transferHookAccount",
    "confidentialTransferFeeConfig",
    "confidentialTransferFeeAmount",
    "metadataPointer",
    "tokenMetadata",
    "groupPointer",
    "tokenGroup",
    "groupMemberPointer",
    "tokenGroupMember",
    "confidentialMintBurn",
    "scaledUiAmountConfig",
    "pausableConfig",
    "pausableAccount",
    "permissionedBurn",
};

/// Nothing for a value without a name: the program refuses it.
using NamedValue = std::optional<FieldValue>;

template <std::size_t N>
NamedValue nameOf(const std::array<std::string_view, N>& names, std::size_t value, std::size_t count = N)
{
    return value < std::min(count, N) ? NamedValue(std::string(names.at(value))) : std::nullopt;
}

NamedValue readFactor(InstructionReader& reader)
{
    const auto factor = std::bit_cast<double>(reader.u64());
    if (!std::isnormal(factor) || factor < 0) {
        return std::nullopt;
    }
    return QByteArray::number(factor, 'g', QLocale::FloatingPointShortest).toStdString();
}

NamedValue readText(InstructionReader& reader)
{
    const Bytes bytes = reader.rest();
    const std::string_view text = asText(bytes);
    return isWellFormedUtf8(text) ? NamedValue(std::string(text)) : std::nullopt;
}

NamedValue readExtensionTypes(InstructionReader& reader)
{
    std::string names;
    while (reader.remaining() > 0) {
        const auto name = nameOf(extensionTypes, reader.u16());
        if (!name) {
            return std::nullopt;
        }
        names += (names.empty() ? "" : ", ") + std::get<std::string>(*name);
    }
    return names;
}

/// A value that is always there.
NamedValue readPlain(const TokenFieldForm& form, InstructionReader& reader)
{
    switch (form.kind) {
        case TokenField::U8:
            return std::uint64_t{reader.u8()};
        case TokenField::I8:
            return std::int64_t{static_cast<std::int8_t>(reader.u8())};
        case TokenField::U16:
            return std::uint64_t{reader.u16()};
        case TokenField::I16:
            return std::int64_t{static_cast<std::int16_t>(reader.u16())};
        case TokenField::U64:
            return reader.u64();
        case TokenField::I64:
            return reader.i64();
        case TokenField::Bool:
            return reader.boolean();
        case TokenField::Address:
            return reader.address();
        case TokenField::Factor:
            return readFactor(reader);
        case TokenField::Text:
            return readText(reader);
        case TokenField::BorshText:
            return reader.borshText();
        case TokenField::AuthorityType:
            return nameOf(authorityTypes, reader.u8(), form.size);
        case TokenField::AccountState:
            return nameOf(accountStates, reader.u8());
        case TokenField::ExtensionTypes:
            return readExtensionTypes(reader);
        case TokenField::RawBytes:
            return reader.bytes(form.size);
        default:
            return std::nullopt;
    }
}

/// Adds the field, or none where the value is absent; false where the value is none that the program knows.
bool readField(const TokenFieldForm& form, InstructionReader& reader, std::vector<InstructionField>& fields)
{
    const auto add = [&](FieldValue value) {
        fields.push_back({std::string(form.name), std::move(value)});
        return true;
    };
    if (form.kind == TokenField::OptionalAddress) {
        const auto address = reader.optionalAddress();
        return !address || add(*address);
    }
    if (form.kind == TokenField::NullableAddress) {
        const SolanaAddress address = reader.address();
        return address == SolanaAddress{} || add(address);
    }
    if (form.kind == TokenField::OptionalU64) {
        return !reader.boolean() || add(reader.u64());
    }
    const auto value = readPlain(form, reader);
    return value && add(*value);
}

/// Where the proofs are, in the order in which the program looks for them.
std::vector<std::string> proofRoles(const std::vector<InstructionField>& fields)
{
    std::vector<std::string> roles;
    bool usesSysvar = false;
    for (const InstructionField& field : fields) {
        if (!field.name.ends_with(offsetSuffix)) {
            continue;
        }
        const auto* offset = std::get_if<std::int64_t>(&field.value);
        if (offset != nullptr && *offset == 0) {
            roles.push_back(field.name.substr(0, field.name.size() - offsetSuffix.size()));
        } else {
            usesSysvar = true;
        }
    }
    if (usesSysvar) {
        roles.insert(roles.begin(), "instructionsSysvar");
    }
    return roles;
}

std::vector<std::string_view> wordsOf(std::string_view text)
{
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

/// The last accounts, as many as the field says, are those that are withdrawn from.
bool nameSources(const std::vector<InstructionField>& fields, std::size_t firstFurther,
                 std::vector<std::string>& roles)
{
    const auto count = std::ranges::find(fields, "numTokenAccounts", &InstructionField::name);
    if (count == fields.end()) {
        return true;
    }
    const auto sources = static_cast<std::size_t>(std::get<std::uint64_t>(count->value));
    if (sources > roles.size() - firstFurther) {
        return false;
    }
    std::fill_n(roles.rbegin(), sources, "source");
    return true;
}

Result<std::vector<std::string>> rolesIn(TokenRoles form, const RawInstruction& instruction,
                                         const std::vector<InstructionField>& fields)
{
    std::vector<std::string> roles;
    std::string_view further;
    bool onlySigners = false;
    for (std::string_view word : wordsOf(form)) {
        if (word == "*") {
            std::ranges::copy(proofRoles(fields), std::back_inserter(roles));
        } else if (word.ends_with('+') || word.ends_with('~')) {
            further = word.substr(0, word.size() - 1);
            onlySigners = word.ends_with('~');
        } else if (!word.ends_with('?')) {
            roles.emplace_back(word);
        } else if (roles.size() < instruction.accounts.size()) {
            roles.emplace_back(word.substr(0, word.size() - 1));
        }
    }
    if (instruction.accounts.size() < roles.size()) {
        return unreadable("there are fewer accounts than the instruction needs");
    }
    const std::size_t firstFurther = roles.size();
    for (const InstructionAccount& account : instruction.accounts.subspan(firstFurther)) {
        roles.emplace_back(onlySigners && !account.signs ? std::string_view() : further);
    }
    if (!nameSources(fields, firstFurther, roles)) {
        return unreadable("there are fewer accounts than the data says");
    }
    return roles;
}

}  // namespace

Result<ReadInstruction> readTokenForm(const TokenForm& form, const RawInstruction& instruction,
                                      BytesView data)
{
    ReadInstruction read;
    read.name = form.name;
    InstructionReader reader(data);
    for (const TokenFieldForm& field : form.fields) {
        if (field.kind != TokenField::None && !readField(field, reader, read.fields)) {
            return unreadable("a value is none that the program knows");
        }
    }
    RETURN_IF_ERROR(reader.finish());
    ASSIGN_OR_RETURN(read.roles, rolesIn(form.roles, instruction, read.fields));
    return read;
}

const TokenForm* tokenFormOf(std::span<const TokenForm> table, std::uint8_t tag)
{
    const auto found = std::ranges::find(table, tag, &TokenForm::tag);
    return found == table.end() ? nullptr : &*found;
}

Result<ReadInstruction> readTokenTable(std::span<const TokenForm> table, const RawInstruction& instruction,
                                       std::uint8_t tag, BytesView data)
{
    const TokenForm* form = tokenFormOf(table, tag);
    return form == nullptr ? unreadable("the token program has no such instruction")
                           : readTokenForm(*form, instruction, data);
}

}  // namespace countersign::solana
