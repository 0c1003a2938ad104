#include "core/chain/solana/spl/SplPrograms.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/programs/token/TokenReading.h"

#include <QTest>

#include <bit>
#include <limits>

using namespace countersign;
using namespace countersign::solana;
using namespace countersign::test;

namespace {

std::string token2022Line(const Bytes& data, std::size_t accounts, std::size_t signers = 0)
{
    return lineOf(decodeToken2022, data, accountsOf(accounts, signers));
}

Bytes text(std::string_view utf8)
{
    return joined({number(utf8.size(), 4), toBytes(asBytes(utf8))});
}

const Bytes none(32);
const Bytes halfFactor = {0, 0, 0, 0, 0, 0, 0xe0, 0x3f};  // 0.5

struct Row
{
    Bytes data;
    std::size_t accounts;
    const char* expected;
};

/// The layouts are those of the interface crates' instruction.rs.
std::vector<Row> plainRows()
{
    return {
        {{6, 17, 0}, 2, "setAuthority(authorityType: permissionedBurn) account currentAuthority"},
        {joined({{25, 1}, key(4)}), 1, "initializeMintCloseAuthority(closeAuthority: key 4) mint"},
        {{25, 0}, 1, "initializeMintCloseAuthority() mint"},
        {joined({{26, 0, 1}, key(1), {0}, number(111, 2), number(7, 8)}), 1,
         "initializeTransferFeeConfig(transferFeeConfigAuthority: key 1, transferFeeBasisPoints: 111, "
         "maximumFee: 7) mint"},
        {joined({{26, 1}, number(24, 8), {24}, number(23, 8)}), 4,
         "transferCheckedWithFee(amount: 24, decimals: 24, fee: 23) source mint destination authority"},
        {{26, 2}, 3, "withdrawWithheldTokensFromMint() mint destination authority"},
        {joined({{26, 5}, number(65535, 2), Bytes(8, 0xff)}), 2,
         "setTransferFee(transferFeeBasisPoints: 65535, maximumFee: 18446744073709551615) mint authority"},
        {{28, 0, 2}, 1, "initializeDefaultAccountState(accountState: frozen) mint"},
        {{28, 1, 1}, 2, "updateDefaultAccountState(accountState: initialized) mint freezeAuthority"},
        {{30, 0}, 2, "enableRequiredMemoTransfers() account authority"},
        {{30, 1}, 2, "disableRequiredMemoTransfers() account authority"},
        {{31}, 3, "createNativeMint() payer nativeMint systemProgram"},
        {{32}, 1, "initializeNonTransferableMint() mint"},
        {joined({{33, 0}, key(3), {0xff, 0xff}}), 1,
         "initializeInterestBearingMint(rateAuthority: key 3, rate: -1) mint"},
        {joined({{33, 0}, none, {1, 0}}), 1, "initializeInterestBearingMint(rate: 1) mint"},
        {{33, 1, 0, 0x80}, 2, "updateRateInterestBearingMint(rate: -32768) mint rateAuthority"},
        {{34, 0}, 2, "enableCpiGuard() account authority"},
        {{34, 1}, 2, "disableCpiGuard() account authority"},
        {joined({{35}, key(11)}), 1, "initializePermanentDelegate(delegate: key 11) mint"},
        {joined({{36, 0}, key(1), key(2)}), 1,
         "initializeTransferHook(authority: key 1, transferHookProgramId: key 2) mint"},
        {joined({{36, 1}, none}), 2, "updateTransferHook() mint authority"},
        {{38}, 3, "withdrawExcessLamports() source destination authority"},
        {joined({{39, 0}, none, key(2)}), 1, "initializeMetadataPointer(metadataAddress: key 2) mint"},
        {joined({{39, 1}, key(2)}), 2, "updateMetadataPointer(metadataAddress: key 2) mint authority"},
        {joined({{40, 0}, key(1), key(2)}), 1,
         "initializeGroupPointer(authority: key 1, groupAddress: key 2) mint"},
        {joined({{40, 1}, key(2)}), 2, "updateGroupPointer(groupAddress: key 2) mint authority"},
        {joined({{41, 0}, key(1), key(2)}), 1,
         "initializeGroupMemberPointer(authority: key 1, memberAddress: key 2) mint"},
        {joined({{41, 1}, key(2)}), 2, "updateGroupMemberPointer(memberAddress: key 2) mint authority"},
        {joined({{43, 0}, key(1), halfFactor}), 1,
         "initializeScaledUiAmountConfig(authority: key 1, multiplier: 0.5) mint"},
        {joined({{43, 1}, halfFactor, Bytes(8, 0xff)}), 2,
         "updateMultiplierData(multiplier: 0.5, effectiveTimestamp: -1) mint authority"},
        {joined({{44, 0}, key(1)}), 1, "initializePausableConfig(authority: key 1) mint"},
        {{44, 1}, 2, "pause() mint authority"},
        {{44, 2}, 2, "resume() mint authority"},
        {joined({{46, 0}, key(1)}), 1, "initializePermissionedBurn(authority: key 1) mint"},
        {joined({{46, 1}, number(9, 8)}), 4,
         "permissionedBurn(amount: 9) account mint permissionedBurnAuthority owner"},
        {joined({{46, 2}, number(9, 8), {6}}), 4,
         "permissionedBurnChecked(amount: 9, decimals: 6) account mint permissionedBurnAuthority owner"},
    };
}

std::vector<Row> interfaceRows()
{
    const Bytes updateField = {221, 233, 49, 45, 181, 202, 220, 200};
    return {
        {joined({{210, 225, 30, 162, 88, 184, 77, 141}, text("Coin"), text("C"), text("u://x")}), 4,
         "initializeTokenMetadata(name: Coin, symbol: C, uri: u://x) metadata updateAuthority mint "
         "mintAuthority"},
        {joined({updateField, {1}, text("D")}), 2,
         "updateTokenMetadataField(field: symbol, value: D) metadata updateAuthority"},
        {joined({updateField, {3}, text("k"), text("")}), 2,
         "updateTokenMetadataField(field: key, key: k, value: ) metadata updateAuthority"},
        {joined({{234, 18, 32, 56, 89, 141, 37, 181}, {1}, text("k")}), 2,
         "removeTokenMetadataKey(idempotent: true, key: k) metadata updateAuthority"},
        {joined({{215, 228, 166, 228, 84, 100, 86, 123}, key(5)}), 2,
         "updateTokenMetadataUpdateAuthority(newAuthority: key 5) metadata updateAuthority"},
        {joined({{250, 166, 180, 250, 13, 12, 184, 70}, {0, 1}, number(3, 8)}), 1,
         "emitTokenMetadata(end: 3) metadata"},
        {joined({{121, 113, 108, 39, 54, 51, 0, 4}, none, number(100, 8)}), 3,
         "initializeTokenGroup(maxSize: 100) group mint mintAuthority"},
        {joined({{108, 37, 171, 143, 248, 30, 18, 110}, number(9, 8)}), 2,
         "updateTokenGroupMaxSize(maxSize: 9) group updateAuthority"},
        {joined({{161, 105, 88, 1, 237, 221, 216, 203}, none}), 2,
         "updateTokenGroupUpdateAuthority() group updateAuthority"},
        {{152, 32, 222, 176, 223, 237, 116, 134},
         5,
         "initializeTokenGroupMember() member memberMint memberMintAuthority group groupUpdateAuthority"},
    };
}

void check(const std::vector<Row>& rows)
{
    for (const Row& row : rows) {
        QCOMPARE(token2022Line(row.data, row.accounts), std::string(row.expected));
        QCOMPARE(acceptedNearMiss(decodeToken2022, row.data, accountsOf(row.accounts)), std::string());
    }
}

}  // namespace

class Token2022ProgramTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsExtensions() { check(plainRows()); }
    void readsTheInterfaces() { check(interfaceRows()); }

    /// And says that it is this program.
    void readsWhatBothProgramsHave()
    {
        QCOMPARE(token2022Line(joined({{12}, number(5, 8), {6}}), 6, 1),
                 std::string("transferChecked(amount: 5, decimals: 6) source mint destination owner - "
                             "signer"));
        QCOMPARE(token2022Line({29, 8, 0, 11, 0}, 4),
                 std::string("reallocate(extensionTypes: memoTransfer, cpiGuard) account payer systemProgram "
                             "owner"));
        const auto batch =
            decodeToken2022({.accounts = accountsOf(5), .data = joined({{255}, {2, 2, 34, 1}, {3, 1, 9}})});
        QVERIFY(batch);
        QCOMPARE(batch->inner.at(0).name, std::string("disableCpiGuard"));
        QCOMPARE(batch->inner.at(0).program, std::string("token2022"));
        QVERIFY(batch->inner.at(1).programId == token2022Program());
    }

    void tellsSignersFromSources()
    {
        std::vector<InstructionAccount> accounts = accountsOf(7);
        accounts[3].signs = accounts[4].signs = true;
        const auto read = [&](std::uint8_t count) {
            return lineOf(decodeToken2022, {26, 3, count}, accounts);
        };
        const std::string roles = "mint destination authority ";
        QCOMPARE(read(2), "withdrawWithheldTokensFromAccounts(numTokenAccounts: 2) " + roles +
                              "signer signer source source");
        QCOMPARE(read(4), "withdrawWithheldTokensFromAccounts(numTokenAccounts: 4) " + roles +
                              "source source source source");
        QCOMPARE(read(5), std::string("refused"));
        QCOMPARE(token2022Line({26, 4}, 3), std::string("harvestWithheldTokensToMint() mint source source"));
    }

    /// Which accounts hold proofs depends on the offsets: verify_proof.rs of the program.
    void namesTheAccountsOfProofs()
    {
        const auto withdrawal = [](std::uint8_t equality, std::uint8_t range) {
            return joined({{27, 6}, number(5, 8), {2}, Bytes(36, 0xee), {equality, range}});
        };
        const std::string fields =
            "confidentialWithdraw(amount: 5, decimals: 2, "
            "newDecryptableAvailableBalance: " +
            toHex(Bytes(36, 0xee)) + ", equalityProofInstructionOffset: ";
        QCOMPARE(token2022Line(withdrawal(255, 2), 4),
                 fields + "-1, rangeProofInstructionOffset: 2) account mint instructionsSysvar authority");
        QCOMPARE(token2022Line(withdrawal(0, 2), 5), fields +
                                                         "0, rangeProofInstructionOffset: 2) account mint "
                                                         "instructionsSysvar equalityProof authority");
        QCOMPARE(token2022Line(withdrawal(0, 0), 5), fields +
                                                         "0, rangeProofInstructionOffset: 0) account mint "
                                                         "equalityProof rangeProof authority");
        QCOMPARE(token2022Line(withdrawal(0, 0), 4), std::string("refused"));
        QCOMPARE(token2022Line({27, 4, 0}, 3),
                 std::string("emptyConfidentialTransferAccount("
                             "proofInstructionOffset: 0) account proof authority"));
    }

    void readsConfidentialInstructions()
    {
        const auto nameOf = [](const Bytes& data, std::size_t accounts) {
            const std::string read = token2022Line(data, accounts);
            const std::string nearMiss = acceptedNearMiss(decodeToken2022, data, accountsOf(accounts));
            return nearMiss.empty() ? read.substr(0, read.find('(')) : nearMiss;
        };
        QCOMPARE(nameOf(joined({{27, 0}, key(1), {1}, key(2)}), 1),
                 std::string("initializeConfidentialTransferMint"));
        QCOMPARE(nameOf(joined({{27, 1}, {0}, none}), 2), std::string("updateConfidentialTransferMint"));
        QCOMPARE(nameOf(joined({{27, 2}, Bytes(36), number(1, 8), {1}}), 4),
                 std::string("configureConfidentialTransferAccount"));
        QCOMPARE(nameOf({27, 3}, 3), std::string("approveConfidentialTransferAccount"));
        QCOMPARE(nameOf(joined({{27, 5}, number(5, 8), {2}}), 3), std::string("confidentialDeposit"));
        QCOMPARE(nameOf(joined({{27, 7}, Bytes(36 + 128), {0, 0, 0}}), 7),
                 std::string("confidentialTransfer"));
        QCOMPARE(nameOf(joined({{27, 8}, number(1, 8), Bytes(36)}), 2),
                 std::string("applyConfidentialPendingBalance"));
        QCOMPARE(nameOf({27, 9}, 2), std::string("enableConfidentialCredits"));
        QCOMPARE(nameOf({27, 12}, 2), std::string("disableNonConfidentialCredits"));
        QCOMPARE(nameOf(joined({{27, 13}, Bytes(36 + 128), {0, 0, 0, 0, 0}}), 9),
                 std::string("confidentialTransferWithFee"));
        QCOMPARE(nameOf({27, 14}, 3), std::string("configureConfidentialTransferAccountWithRegistry"));
        QCOMPARE(nameOf(joined({{37, 0}, key(1), key(2)}), 1),
                 std::string("initializeConfidentialTransferFee"));
        QCOMPARE(nameOf(joined({{37, 1, 1}, Bytes(36)}), 4),
                 std::string("withdrawWithheldTokensFromMintForConfidentialTransferFee"));
        QCOMPARE(nameOf(joined({{37, 2, 1, 1}, Bytes(36)}), 5),
                 std::string("withdrawWithheldTokensFromAccountsForConfidentialTransferFee"));
        QCOMPARE(nameOf({37, 5}, 2), std::string("disableHarvestToMint"));
        QCOMPARE(nameOf(joined({{42, 0}, key(1), Bytes(36)}), 1),
                 std::string("initializeConfidentialMintBurn"));
        QCOMPARE(nameOf(joined({{42, 1}, key(1), {3}}), 3), std::string("rotateSupplyElgamalPubkey"));
        QCOMPARE(nameOf(joined({{42, 3}, Bytes(36 + 128), {1, 2, 3}}), 4), std::string("confidentialMint"));
        QCOMPARE(nameOf(joined({{42, 4}, Bytes(36 + 128), {1, 2, 3}}), 4), std::string("confidentialBurn"));
        QCOMPARE(nameOf(joined({{46, 3}, Bytes(36 + 128), {1, 2, 3}}), 5),
                 std::string("permissionedConfidentialBurn"));
    }

    void refusesWhatTheProgramDoesNotKnow()
    {
        const auto factor = [](double value) {
            return joined({{43, 0}, key(1), number(std::bit_cast<std::uint64_t>(value), 8)});
        };
        using Limits = std::numeric_limits<double>;
        for (const double value :
             {0.0, -1.0, Limits::infinity(), Limits::quiet_NaN(), Limits::denorm_min()}) {
            QCOMPARE(token2022Line(factor(value), 1), std::string("refused"));
        }
        QCOMPARE(token2022Line(factor(0.1), 1),
                 std::string("initializeScaledUiAmountConfig(authority: key 1, multiplier: 0.1) mint"));
        QCOMPARE(token2022Line({28, 0, 3}, 1), std::string("refused"));
        QCOMPARE(token2022Line({6, 18, 0}, 2), std::string("refused"));
        QCOMPARE(token2022Line({27, 0}, 1), std::string("refused"));
        QCOMPARE(token2022Line({34}, 2), std::string("refused"));
        for (const Bytes& data : std::initializer_list<Bytes>{
                 {26, 6}, {27, 15}, {28, 2, 1}, {34, 2}, {44, 3}, {46, 4}, {47}, {47, 0}, {254, 0}, {}}) {
            QCOMPARE(token2022Line(data, 9), std::string("refused"));
        }
        const Bytes updateField = {221, 233, 49, 45, 181, 202, 220, 200};
        QCOMPARE(token2022Line(joined({updateField, {4}, text("x")}), 2), std::string("refused"));
        QCOMPARE(token2022Line(joined({updateField, {0}, number(0xffffffff, 4), {0x78}}), 2),
                 std::string("refused"));
        QCOMPARE(token2022Line(joined({{221, 233, 49, 45, 181, 202, 220, 201}, {0}, text("x")}), 2),
                 std::string("refused"));
    }
};

COUNTERSIGN_APPLESS_TEST(Token2022ProgramTest)
#include "Token2022Program_test.moc"
