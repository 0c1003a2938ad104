#include "core/chain/solana/programs/token/TokenForms.h"

// Token-2022's confidential extensions (spl-token-2022-interface, extension/confidential_*/instruction.rs).
// What is encrypted stays bytes under its name: nobody but the holder of a key knows the amount.

namespace countersign::solana {

namespace {

constexpr std::uint8_t keyBytes = 32;         ///< an ElGamal public key
constexpr std::uint8_t ciphertextBytes = 64;  ///< ElGamal
constexpr std::uint8_t balanceBytes = 36;     ///< AES-GCM-SIV: nonce and ciphertext

using enum TokenField;

constexpr TokenFieldForm approvalField{Bool, "autoApproveNewAccounts"};
constexpr TokenFieldForm auditorField{RawBytes, "auditorElgamalPubkey", keyBytes};
constexpr TokenFieldForm newBalanceField{RawBytes, "newDecryptableAvailableBalance", balanceBytes};
constexpr TokenFieldForm newSourceBalanceField{RawBytes, "newSourceDecryptableAvailableBalance",
                                               balanceBytes};
constexpr TokenFieldForm newSupplyField{RawBytes, "newDecryptableSupply", balanceBytes};
constexpr TokenFieldForm transferLoField{RawBytes, "transferAmountAuditorCiphertextLo", ciphertextBytes};
constexpr TokenFieldForm transferHiField{RawBytes, "transferAmountAuditorCiphertextHi", ciphertextBytes};
constexpr TokenFieldForm proofField{I8, "proofInstructionOffset"};
constexpr TokenFieldForm equalityField{I8, "equalityProofInstructionOffset"};
constexpr TokenFieldForm validityField{I8, "ciphertextValidityProofInstructionOffset"};
constexpr TokenFieldForm rangeField{I8, "rangeProofInstructionOffset"};

constexpr TokenForm transferForms[] = {
    {0,
     "initializeConfidentialTransferMint",
     "mint",
     {{{NullableAddress, "authority"}, approvalField, auditorField}}},
    {1, "updateConfidentialTransferMint", "mint authority signer~", {{approvalField, auditorField}}},
    {2,
     "configureConfidentialTransferAccount",
     "account mint * authority signer~",
     {{{RawBytes, "decryptableZeroBalance", balanceBytes},
       {U64, "maximumPendingBalanceCreditCounter"},
       proofField}}},
    {3, "approveConfidentialTransferAccount", "account mint authority signer~", {}},
    {4, "emptyConfidentialTransferAccount", "account * authority signer~", {{proofField}}},
    {5, "confidentialDeposit", "account mint authority signer~", {{amountField, decimalsField}}},
    {6,
     "confidentialWithdraw",
     "account mint * authority signer~",
     {{amountField, decimalsField, newBalanceField, equalityField, rangeField}}},
    {7,
     "confidentialTransfer",
     "source mint destination * authority signer~",
     {{newSourceBalanceField, transferLoField, transferHiField, equalityField, validityField, rangeField}}},
    {8,
     "applyConfidentialPendingBalance",
     "account authority signer~",
     {{{U64, "expectedPendingBalanceCreditCounter"}, newBalanceField}}},
    {9, "enableConfidentialCredits", "account authority signer~", {}},
    {10, "disableConfidentialCredits", "account authority signer~", {}},
    {11, "enableNonConfidentialCredits", "account authority signer~", {}},
    {12, "disableNonConfidentialCredits", "account authority signer~", {}},
    {13,
     "confidentialTransferWithFee",
     "source mint destination * authority signer~",
     {{newSourceBalanceField,
       transferLoField,
       transferHiField,
       equalityField,
       {I8, "transferAmountCiphertextValidityProofInstructionOffset"},
       {I8, "feeSigmaProofInstructionOffset"},
       {I8, "feeCiphertextValidityProofInstructionOffset"},
       rangeField}}},
    {14,
     "configureConfidentialTransferAccountWithRegistry",
     "account mint elgamalRegistry payer? systemProgram?",
     {}},
};

constexpr TokenForm feeForms[] = {
    {0,
     "initializeConfidentialTransferFee",
     "mint",
     {{{NullableAddress, "authority"}, {RawBytes, "withdrawWithheldAuthorityElgamalPubkey", keyBytes}}}},
    {1,
     "withdrawWithheldTokensFromMintForConfidentialTransferFee",
     "mint destination * authority signer~",
     {{proofField, newBalanceField}}},
    {2,
     "withdrawWithheldTokensFromAccountsForConfidentialTransferFee",
     "mint destination * authority signer~",
     {{{U8, "numTokenAccounts"}, proofField, newBalanceField}}},
    {3, "harvestWithheldTokensToMintForConfidentialTransferFee", "mint source+", {}},
    {4, "enableHarvestToMint", "mint authority signer~", {}},
    {5, "disableHarvestToMint", "mint authority signer~", {}},
};

constexpr TokenForm mintBurnForms[] = {
    {0,
     "initializeConfidentialMintBurn",
     "mint",
     {{{RawBytes, "supplyElgamalPubkey", keyBytes}, {RawBytes, "decryptableSupply", balanceBytes}}}},
    {1,
     "rotateSupplyElgamalPubkey",
     "mint * authority signer~",
     {{{RawBytes, "newSupplyElgamalPubkey", keyBytes}, proofField}}},
    {2, "updateConfidentialMintBurnDecryptableSupply", "mint authority signer~", {{newSupplyField}}},
    {3,
     "confidentialMint",
     "account mint * authority signer~",
     {{newSupplyField,
       {RawBytes, "mintAmountAuditorCiphertextLo", ciphertextBytes},
       {RawBytes, "mintAmountAuditorCiphertextHi", ciphertextBytes},
       equalityField,
       validityField,
       rangeField}}},
    {4,
     "confidentialBurn",
     "account mint * authority signer~",
     {{newBalanceField,
       {RawBytes, "burnAmountAuditorCiphertextLo", ciphertextBytes},
       {RawBytes, "burnAmountAuditorCiphertextHi", ciphertextBytes},
       equalityField,
       validityField,
       rangeField}}},
    {5, "applyConfidentialPendingBurn", "mint authority signer~", {}},
};

}  // namespace

std::span<const TokenForm> confidentialTransferForms()
{
    return transferForms;
}

std::span<const TokenForm> confidentialTransferFeeForms()
{
    return feeForms;
}

std::span<const TokenForm> confidentialMintBurnForms()
{
    return mintBurnForms;
}

}  // namespace countersign::solana
