#include "core/chain/solana/programs/token/TokenForms.h"

#include <algorithm>

// The extensions of Token-2022 (spl-token-2022-interface, extension/*/instruction.rs), except for the
// confidential ones. Several are packed by hand and several as plain memory; both are little-endian without
// padding.

namespace countersign::solana {

namespace {

using enum TokenField;

constexpr TokenFieldForm nullableAuthorityField{NullableAddress, "authority"};

constexpr TokenForm transferFeeForms[] = {
    {0,
     "initializeTransferFeeConfig",
     "mint",
     {{{OptionalAddress, "transferFeeConfigAuthority"},
       {OptionalAddress, "withdrawWithheldAuthority"},
       {U16, "transferFeeBasisPoints"},
       {U64, "maximumFee"}}}},
    {1,
     "transferCheckedWithFee",
     "source mint destination authority signer~",
     {{amountField, decimalsField, {U64, "fee"}}}},
    {2, "withdrawWithheldTokensFromMint", "mint destination authority signer~", {}},
    {3,
     "withdrawWithheldTokensFromAccounts",
     "mint destination authority signer~",
     {{{U8, "numTokenAccounts"}}}},
    {4, "harvestWithheldTokensToMint", "mint source+", {}},
    {5, "setTransferFee", "mint authority signer~", {{{U16, "transferFeeBasisPoints"}, {U64, "maximumFee"}}}},
};

constexpr TokenForm defaultAccountStateForms[] = {
    {0, "initializeDefaultAccountState", "mint", {{{AccountState, "accountState"}}}},
    {1, "updateDefaultAccountState", "mint freezeAuthority signer~", {{{AccountState, "accountState"}}}},
};

constexpr TokenForm memoTransferForms[] = {
    {0, "enableRequiredMemoTransfers", "account authority signer~", {}},
    {1, "disableRequiredMemoTransfers", "account authority signer~", {}},
};

constexpr TokenForm interestBearingForms[] = {
    {0, "initializeInterestBearingMint", "mint", {{{NullableAddress, "rateAuthority"}, {I16, "rate"}}}},
    {1, "updateRateInterestBearingMint", "mint rateAuthority signer~", {{{I16, "rate"}}}},
};

constexpr TokenForm cpiGuardForms[] = {
    {0, "enableCpiGuard", "account authority signer~", {}},
    {1, "disableCpiGuard", "account authority signer~", {}},
};

constexpr TokenForm transferHookForms[] = {
    {0,
     "initializeTransferHook",
     "mint",
     {{nullableAuthorityField, {NullableAddress, "transferHookProgramId"}}}},
    {1, "updateTransferHook", "mint authority signer~", {{{NullableAddress, "transferHookProgramId"}}}},
};

constexpr TokenForm metadataPointerForms[] = {
    {0,
     "initializeMetadataPointer",
     "mint",
     {{nullableAuthorityField, {NullableAddress, "metadataAddress"}}}},
    {1, "updateMetadataPointer", "mint authority signer~", {{{NullableAddress, "metadataAddress"}}}},
};

constexpr TokenForm groupPointerForms[] = {
    {0, "initializeGroupPointer", "mint", {{nullableAuthorityField, {NullableAddress, "groupAddress"}}}},
    {1, "updateGroupPointer", "mint authority signer~", {{{NullableAddress, "groupAddress"}}}},
};

constexpr TokenForm groupMemberPointerForms[] = {
    {0,
     "initializeGroupMemberPointer",
     "mint",
     {{nullableAuthorityField, {NullableAddress, "memberAddress"}}}},
    {1, "updateGroupMemberPointer", "mint authority signer~", {{{NullableAddress, "memberAddress"}}}},
};

constexpr TokenForm scaledUiAmountForms[] = {
    {0, "initializeScaledUiAmountConfig", "mint", {{nullableAuthorityField, {Factor, "multiplier"}}}},
    {1,
     "updateMultiplierData",
     "mint authority signer~",
     {{{Factor, "multiplier"}, {I64, "effectiveTimestamp"}}}},
};

constexpr TokenForm pausableForms[] = {
    {0, "initializePausableConfig", "mint", {{nullableAuthorityField}}},
    {1, "pause", "mint authority signer~", {}},
    {2, "resume", "mint authority signer~", {}},
};

constexpr TokenForm permissionedBurnForms[] = {
    {0, "initializePermissionedBurn", "mint", {{nullableAuthorityField}}},
    {1, "permissionedBurn", "account mint permissionedBurnAuthority owner signer~", {{amountField}}},
    {2,
     "permissionedBurnChecked",
     "account mint permissionedBurnAuthority owner signer~",
     {{amountField, decimalsField}}},
    {3,
     "permissionedConfidentialBurn",
     "account mint * permissionedBurnAuthority owner signer~",
     {{{RawBytes, "newDecryptableAvailableBalance", 36},
       {RawBytes, "burnAmountAuditorCiphertextLo", 64},
       {RawBytes, "burnAmountAuditorCiphertextHi", 64},
       {I8, "equalityProofInstructionOffset"},
       {I8, "ciphertextValidityProofInstructionOffset"},
       {I8, "rangeProofInstructionOffset"}}}},
};

/// By the first tag.
std::optional<std::span<const TokenForm>> extensionForms(std::uint8_t tag)
{
    switch (tag) {
        case 26:
            return transferFeeForms;
        case 27:
            return confidentialTransferForms();
        case 28:
            return defaultAccountStateForms;
        case 30:
            return memoTransferForms;
        case 33:
            return interestBearingForms;
        case 34:
            return cpiGuardForms;
        case 36:
            return transferHookForms;
        case 37:
            return confidentialTransferFeeForms();
        case 39:
            return metadataPointerForms;
        case 40:
            return groupPointerForms;
        case 41:
            return groupMemberPointerForms;
        case 42:
            return confidentialMintBurnForms();
        case 43:
            return scaledUiAmountForms;
        case 44:
            return pausableForms;
        case 46:
            return permissionedBurnForms;
        default:
            return std::nullopt;
    }
}

/// A form of the interfaces: its tag is 8 bytes, the first ones of a SHA-256 (spl-discriminator).
struct InterfaceForm
{
    std::array<std::uint8_t, 8> tag{};
    TokenForm form;
};

// spl-token-metadata-interface and spl-token-group-interface, instruction.rs.
constexpr InterfaceForm interfaceForms[] = {
    {{0xd2, 0xe1, 0x1e, 0xa2, 0x58, 0xb8, 0x4d, 0x8d},
     {0,
      "initializeTokenMetadata",
      "metadata updateAuthority mint mintAuthority",
      {{{BorshText, "name"}, {BorshText, "symbol"}, {BorshText, "uri"}}}}},
    {{0xea, 0x12, 0x20, 0x38, 0x59, 0x8d, 0x25, 0xb5},
     {0, "removeTokenMetadataKey", "metadata updateAuthority", {{{Bool, "idempotent"}, {BorshText, "key"}}}}},
    {{0xd7, 0xe4, 0xa6, 0xe4, 0x54, 0x64, 0x56, 0x7b},
     {0,
      "updateTokenMetadataUpdateAuthority",
      "metadata updateAuthority",
      {{{NullableAddress, "newAuthority"}}}}},
    {{0xfa, 0xa6, 0xb4, 0xfa, 0x0d, 0x0c, 0xb8, 0x46},
     {0, "emitTokenMetadata", "metadata", {{{OptionalU64, "start"}, {OptionalU64, "end"}}}}},
    {{0x79, 0x71, 0x6c, 0x27, 0x36, 0x33, 0x00, 0x04},
     {0,
      "initializeTokenGroup",
      "group mint mintAuthority",
      {{{NullableAddress, "updateAuthority"}, {U64, "maxSize"}}}}},
    {{0x6c, 0x25, 0xab, 0x8f, 0xf8, 0x1e, 0x12, 0x6e},
     {0, "updateTokenGroupMaxSize", "group updateAuthority", {{{U64, "maxSize"}}}}},
    {{0xa1, 0x69, 0x58, 0x01, 0xed, 0xdd, 0xd8, 0xcb},
     {0, "updateTokenGroupUpdateAuthority", "group updateAuthority", {{{NullableAddress, "newAuthority"}}}}},
    {{0x98, 0x20, 0xde, 0xb0, 0xdf, 0xed, 0x74, 0x86},
     {0,
      "initializeTokenGroupMember",
      "member memberMint memberMintAuthority group groupUpdateAuthority",
      {}}},
};

/// The field is an enum: name, symbol, uri, or a key of the issuer's own.
constexpr std::array<std::uint8_t, 8> updateFieldTag = {0xdd, 0xe9, 0x31, 0x2d, 0xb5, 0xca, 0xdc, 0xc8};

Result<ReadInstruction> readUpdateField(const RawInstruction& instruction, BytesView data)
{
    constexpr std::array<std::string_view, 3> fixed = {"name", "symbol", "uri"};
    ReadInstruction read;
    read.name = "updateTokenMetadataField";
    InstructionReader reader(data);
    const std::uint8_t kind = reader.u8();
    if (kind > fixed.size()) {
        return unreadable("a value is none that the program knows");
    }
    read.fields = {{"field", std::string(kind < fixed.size() ? fixed.at(kind) : "key")}};
    if (kind == fixed.size()) {
        read.fields.push_back({"key", reader.borshText()});
    }
    read.fields.push_back({"value", reader.borshText()});
    RETURN_IF_ERROR(reader.finish());
    ASSIGN_OR_RETURN(read.roles, rolesOf(instruction, {"metadata", "updateAuthority"}));
    return read;
}

}  // namespace

Result<ReadInstruction> readTokenExtension(const RawInstruction& instruction)
{
    constexpr std::size_t tags = 2;
    const auto table =
        instruction.data.size() < tags ? std::nullopt : extensionForms(instruction.data.front());
    if (!table) {
        return unreadable("the token program has no such instruction");
    }
    return readTokenTable(*table, instruction, instruction.data[1], instruction.data.subspan(tags));
}

std::optional<Result<ReadInstruction>> readTokenInterface(const RawInstruction& instruction)
{
    constexpr std::size_t tagBytes = 8;
    if (instruction.data.size() < tagBytes) {
        return std::nullopt;
    }
    const BytesView tag = instruction.data.first(tagBytes);
    const BytesView data = instruction.data.subspan(tagBytes);
    if (std::ranges::equal(tag, updateFieldTag)) {
        return readUpdateField(instruction, data);
    }
    const auto* const found = std::ranges::find_if(
        interfaceForms, [tag](const InterfaceForm& form) { return std::ranges::equal(form.tag, tag); });
    if (found == std::end(interfaceForms)) {
        return std::nullopt;
    }
    return readTokenForm(found->form, instruction, data);
}

}  // namespace countersign::solana
