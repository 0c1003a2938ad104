#include "core/base/encoding/Hex.h"
#include "core/chain/solana/programs/squads/SquadsMessage.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/programs/InstructionFactory.h"

#include <QTest>

using namespace countersign;
using namespace countersign::test;

namespace {

constexpr std::string_view squadsProgram = "SQDS4ep65T869zMMBKyuUq6aD6EgTu8psMjkvj52pCf";
const SolanaAddress squads = *parseSolanaAddress(squadsProgram);

// As the generated client of Squads v4 (sdk/multisig/src/generated) has them.
const Bytes vaultTransactionCreate = {48, 250, 78, 168, 208, 226, 218, 211};
const Bytes vaultTransactionCreateFromBuffer = {222, 54, 149, 68, 87, 246, 48, 231};
const Bytes configTransactionCreate = {155, 236, 87, 228, 137, 75, 81, 39};
const Bytes multisigCreateV2 = {50, 221, 199, 93, 40, 245, 139, 233};
const Bytes multisigAddSpendingLimit = {11, 242, 159, 42, 86, 197, 89, 115};
const Bytes batchAddTransaction = {89, 100, 224, 18, 69, 70, 54, 76};

struct SquadsCase
{
    Bytes tag;
    Data arguments;
    std::size_t accounts;
    std::string summary;
};

Bytes join(const Bytes& tag, const Data& arguments)
{
    return Data().add(tag).add(arguments);
}

std::vector<SquadsCase> plainCases()
{
    const Data noMemo = Data().u8(0);
    const std::string config = "(multisig configAuthority rentPayer systemProgram) ";
    const std::string close = "(multisig proposal transaction rentCollector systemProgram) {}";
    return {
        {{184, 188, 198, 195, 205, 124, 117, 216},
         Data().address(8).u64(5).address(8),
         3,
         R"(programConfigInit(programConfig initializer systemProgram) {"authority":")" + eight +
             R"(","multisigCreationFee":"5","treasury":")" + eight + R"("})"},
        {{238, 242, 36, 181, 32, 143, 216, 75},
         Data().address(8),
         2,
         R"(programConfigSetAuthority(programConfig authority) {"newAuthority":")" + eight + R"("})"},
        {{101, 160, 249, 63, 154, 215, 153, 13},
         Data().u64(5),
         2,
         R"(programConfigSetMultisigCreationFee(programConfig authority) {"newMultisigCreationFee":"5"})"},
        {{111, 46, 243, 117, 144, 188, 162, 107},
         Data().address(8),
         2,
         R"(programConfigSetTreasury(programConfig authority) {"newTreasury":")" + eight + R"("})"},
        {{1, 219, 215, 108, 184, 229, 214, 8},
         Data().address(8).u8(7).u8(1).borshText("hi"),
         4,
         "multisigAddMember" + config + R"({"newMember":{"key":")" + eight +
             R"(","permissions":"initiate, vote, execute"},"memo":"hi"})"},
        {{217, 117, 177, 210, 182, 145, 218, 72},
         Data().address(8).u8(0),
         4,
         "multisigRemoveMember" + config + R"({"oldMember":")" + eight + R"("})"},
        {{148, 154, 121, 77, 212, 254, 155, 72},
         Data().u32(3600).u8(0),
         4,
         "multisigSetTimeLock" + config + R"({"timeLock":"3600"})"},
        {{141, 42, 15, 126, 169, 92, 62, 181},
         Data().u16(2).u8(0),
         4,
         "multisigChangeThreshold" + config + R"({"newThreshold":"2"})"},
        {{143, 93, 199, 143, 92, 169, 193, 232},
         Data().address(8).u8(0),
         4,
         "multisigSetConfigAuthority" + config + R"({"configAuthority":")" + eight + R"("})"},
        {{48, 204, 65, 57, 210, 70, 156, 74},
         Data().u8(1).address(8).u8(0),
         4,
         "multisigSetRentCollector" + config + R"({"rentCollector":")" + eight + R"("})"},
        {{228, 198, 136, 111, 123, 4, 178, 113},
         noMemo,
         4,
         "multisigRemoveSpendingLimit(multisig configAuthority spendingLimit rentCollector) {}"},
        {{114, 146, 244, 189, 252, 140, 36, 40},
         {},
         6,
         "configTransactionExecute(multisig member proposal transaction rentPayer systemProgram) {}"},
        {{245, 201, 113, 108, 37, 63, 29, 89},
         Data().u8(1).u8(2).address(9).u16(700).u32(2).add({5, 6}),
         5,
         "transactionBufferCreate(multisig transactionBuffer creator rentPayer systemProgram) "
         R"({"bufferIndex":"1","vaultIndex":"2","finalBufferHash":"0x)" +
             toHex(Bytes(32, 9)) + R"(","finalBufferSize":"700","buffer":"0x0506"})"},
        {{17, 182, 208, 228, 136, 24, 178, 102},
         {},
         3,
         "transactionBufferClose(multisig transactionBuffer creator) {}"},
        {{230, 157, 67, 56, 5, 238, 245, 146},
         Data().u32(1).u8(5),
         3,
         R"(transactionBufferExtend(multisig transactionBuffer creator) {"buffer":"0x05"})"},
        {{194, 8, 161, 87, 153, 164, 25, 171},
         {},
         4,
         "vaultTransactionExecute(multisig proposal transaction member) {}"},
        {{194, 142, 141, 17, 55, 185, 20, 248},
         Data().u8(1).u8(0),
         5,
         R"(batchCreate(multisig batch creator rentPayer systemProgram) {"vaultIndex":"1"})"},
        {{172, 44, 179, 152, 21, 127, 234, 180},
         {},
         5,
         "batchExecuteTransaction(multisig member proposal batch transaction) {}"},
        {{220, 60, 73, 224, 30, 108, 79, 159},
         Data().u64(12).u8(1),
         5,
         "proposalCreate(multisig proposal creator rentPayer systemProgram) "
         R"({"transactionIndex":"12","draft":true})"},
        {{11, 34, 92, 248, 154, 27, 51, 106}, {}, 3, "proposalActivate(multisig member proposal) {}"},
        {{144, 37, 164, 136, 188, 216, 42, 248},
         Data().u8(1).borshText("yes"),
         3,
         R"(proposalApprove(multisig member proposal) {"memo":"yes"})"},
        {{243, 62, 134, 156, 230, 106, 246, 135}, noMemo, 3, "proposalReject(multisig member proposal) {}"},
        {{27, 42, 127, 237, 38, 163, 84, 203}, noMemo, 3, "proposalCancel(multisig member proposal) {}"},
        {{205, 41, 194, 61, 220, 139, 16, 247},
         noMemo,
         4,
         "proposalCancelV2(multisig member proposal systemProgram) {}"},
        {{16, 57, 130, 127, 193, 20, 155, 134},
         Data().u64(5).u8(9).u8(0),
         10,
         "spendingLimitUse(multisig member spendingLimit vault destination systemProgram mint "
         R"(vaultTokenAccount destinationTokenAccount tokenProgram) {"amount":"5","decimals":"9"})"},
        {{80, 203, 84, 53, 151, 112, 187, 186}, {}, 5, "configTransactionAccountsClose" + close},
        {{196, 71, 187, 176, 2, 35, 170, 165}, {}, 5, "vaultTransactionAccountsClose" + close},
        {{134, 18, 19, 106, 129, 68, 97, 247},
         {},
         6,
         "vaultBatchTransactionAccountClose(multisig proposal batch transaction rentCollector "
         "systemProgram) {}"},
        {{218, 196, 7, 175, 130, 102, 11, 255},
         {},
         5,
         "batchAccountsClose(multisig proposal batch rentCollector systemProgram) {}"},
    };
}

Data spendingLimit()
{
    return Data().address(8).u8(1).address(8).u64(1000).u8(2).u32(1).address(8).u32(0);
}

const std::string spendingLimitFields = R"("createKey":")" + eight + R"(","vaultIndex":"1","mint":")" +
                                        eight + R"(","amount":"1000","period":"week","members":[")" + eight +
                                        R"("])";

/// The vault (8, signs and writes) sends lamports to 9 by the System program (0).
Bytes vaultTransferMessage()
{
    return Data()
        .u8(1)
        .u8(1)
        .u8(1)
        .u8(3)
        .address(8)
        .address(9)
        .address(0)
        .u8(1)
        .u8(2)
        .u8(2)
        .add({0, 1})
        .u16(12)
        .u32(2)
        .u64(1'000'000'000)
        .u8(0);
}

Data vaultArguments(const Bytes& message)
{
    return Data().u8(0).u8(0).u32(message.size()).add(message).u8(0);
}

/// A message of one instruction of the Squads program, without accounts of its own but the program.
Bytes messageAround(const Bytes& squadsData)
{
    Data message;
    message.u8(0).u8(0).u8(0).u8(1).add(toBytes(squads)).u8(1);
    message.u8(0).u8(5).add({0, 0, 0, 0, 0}).u16(static_cast<unsigned>(squadsData.size())).add(squadsData);
    return message.u8(0);
}

}  // namespace

class SquadsProgramTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEveryInstruction()
    {
        for (const SquadsCase& one : plainCases()) {
            const Bytes data = join(one.tag, one.arguments);
            QCOMPARE(summary(decodeFor(squadsProgram, data, accounts(one.accounts))), one.summary);
            QVERIFY2(isReadOnlyWhole(squadsProgram, data, accounts(one.accounts), one.accounts),
                     one.summary.c_str());
        }
    }

    void readsNewMultisigs()
    {
        const Bytes data =
            join(multisigCreateV2,
                 Data().u8(0).u16(1).u32(2).address(8).u8(1).address(8).u8(6).u32(5).u8(0).u8(0));
        QCOMPARE(summary(decodeFor(squadsProgram, data, accounts(6))),
                 "multisigCreateV2(programConfig treasury multisig createKey creator systemProgram) "
                 R"({"threshold":"1","members":[{"key":")" +
                     eight + R"(","permissions":"initiate"},{"key":")" + eight +
                     R"(","permissions":"vote, execute"}],"timeLock":"5"})");
        QVERIFY(isReadOnlyWhole(squadsProgram, data, accounts(6), 6));
        // A permission that there is not.
        const Bytes odd =
            join(multisigCreateV2, Data().u8(0).u16(1).u32(1).address(8).u8(8).u32(5).u8(0).u8(0));
        QVERIFY(!decodeFor(squadsProgram, odd, accounts(6)).isRead());
        const Bytes hostile = join(multisigCreateV2, Data().u8(0).u16(1).u32(~0ULL).address(8).u8(7));
        QVERIFY(!decodeFor(squadsProgram, hostile, accounts(6)).isRead());
    }

    void readsActions()
    {
        const Data actions = Data()
                                 .u32(7)
                                 .u8(0)
                                 .address(8)
                                 .u8(2)
                                 .u8(1)
                                 .address(8)
                                 .u8(2)
                                 .u16(3)
                                 .u8(3)
                                 .u32(60)
                                 .u8(4)
                                 .add(spendingLimit())
                                 .u8(5)
                                 .address(8)
                                 .u8(6)
                                 .u8(0)
                                 .u8(0);
        const Bytes data = join(configTransactionCreate, actions);
        QCOMPARE(summary(decodeFor(squadsProgram, data, accounts(5))),
                 "configTransactionCreate(multisig transaction creator rentPayer systemProgram) "
                 R"({"actions":[{"type":"addMember","newMember":{"key":")" +
                     eight + R"(","permissions":"vote"}},{"type":"removeMember","oldMember":")" + eight +
                     R"("},{"type":"changeThreshold","newThreshold":"3"},)"
                     R"({"type":"setTimeLock","newTimeLock":"60"},{"type":"addSpendingLimit",)" +
                     spendingLimitFields + R"(},{"type":"removeSpendingLimit","spendingLimit":")" + eight +
                     R"("},{"type":"setRentCollector"}]})");
        QVERIFY(isReadOnlyWhole(squadsProgram, data, accounts(5), 5));
        for (const Data& odd :
             {Data().u32(0).u8(0), Data().u32(1).u8(7).u8(0), Data().u32(~0ULL).u8(6).u8(0)}) {
            QVERIFY(!decodeFor(squadsProgram, join(configTransactionCreate, odd), accounts(5)).isRead());
        }
    }

    void readsSpendingLimits()
    {
        const Bytes data = join(multisigAddSpendingLimit, Data(spendingLimit()).u8(0));
        QCOMPARE(
            summary(decodeFor(squadsProgram, data, accounts(5))),
            "multisigAddSpendingLimit(multisig configAuthority spendingLimit rentPayer systemProgram) {" +
                spendingLimitFields + '}');
        const Bytes odd = join(multisigAddSpendingLimit,
                               Data().address(8).u8(1).address(8).u64(1000).u8(4).u32(0).u32(0).u8(0));
        QVERIFY(!decodeFor(squadsProgram, odd, accounts(5)).isRead());
    }

    void opensProposals()
    {
        const Bytes data = join(vaultTransactionCreate, vaultArguments(vaultTransferMessage()));
        const auto decoded = decodeFor(squadsProgram, data, accounts(5));
        QCOMPARE(summary(decoded),
                 std::string("vaultTransactionCreate(multisig transaction creator rentPayer systemProgram) "
                             R"({"vaultIndex":"0","ephemeralSigners":"0"})"));
        QCOMPARE(decoded.inner.size(), std::size_t{1});
        const auto& inner = decoded.inner.front();
        QCOMPARE(summary(inner), std::string(R"(transfer(from to) {"lamports":"1000000000"})"));
        QVERIFY(inner.account("from") == std::optional(addressNumber(8)));
        QVERIFY(inner.account("to") == std::optional(addressNumber(9)));
        QVERIFY(inner.accounts[0].signs && inner.accounts[0].writes);
        QVERIFY(!inner.accounts[1].signs && inner.accounts[1].writes);
        QVERIFY(isReadOnlyWhole(squadsProgram, data, accounts(5), 5));

        const Bytes batch = join(batchAddTransaction,
                                 Data().u8(0).u32(vaultTransferMessage().size()).add(vaultTransferMessage()));
        QCOMPARE(decodeFor(squadsProgram, batch, accounts(7)).inner.size(), std::size_t{1});
    }

    void listsLookups()
    {
        Data message;
        message.add({0, 0, 0, 0, 0, 1}).address(9).add({1, 33, 1, 44});
        const auto decoded =
            decodeFor(squadsProgram, join(vaultTransactionCreate, vaultArguments(message)), accounts(5));
        QVERIFY(decoded.isRead() && decoded.inner.empty());
        QCOMPARE(
            dumpJson(solana::toJson(decoded)["fields"]["addressTableLookups"]),
            R"([{"accountKey":")" + base58Of(9) + R"(","writableIndexes":"0x21","readonlyIndexes":"0x2c"}])");
    }

    /// An inner instruction that cannot be read does not hide: it is there with its error.
    void showsWhatItCannotReadInside()
    {
        Bytes message = vaultTransferMessage();
        message.at(message.size() - 13) = 3;  // createAccountWithSeed, which this is not
        const auto decoded =
            decodeFor(squadsProgram, join(vaultTransactionCreate, vaultArguments(message)), accounts(5));
        QVERIFY(decoded.isRead());
        QVERIFY(!decoded.inner.at(0).isRead() && !decoded.inner.at(0).error.empty());
    }

    void boundsTheDepth()
    {
        Bytes data = join({144, 37, 164, 136, 188, 216, 42, 248}, Data().u8(0));
        for (int i = 0; i < 6; ++i) {
            data = join(vaultTransactionCreate, vaultArguments(messageAround(data)));
        }
        auto decoded = decodeFor(squadsProgram, data, accounts(5));
        for (int depth = 0; depth < 4; ++depth) {
            QVERIFY(decoded.isRead());
            decoded = solana::DecodedInstruction(decoded.inner.at(0));
        }
        QVERIFY(!decoded.isRead() && decoded.inner.empty());
    }

    void takesBuffersOnlyAlone()
    {
        const auto decoded = decodeFor(
            squadsProgram, join(vaultTransactionCreateFromBuffer, vaultArguments(Bytes(6, 0))), accounts(7));
        QCOMPARE(summary(decoded),
                 std::string("vaultTransactionCreateFromBuffer(multisig transaction creator rentPayer "
                             "systemProgram transactionBuffer creator) "
                             R"({"vaultIndex":"0","ephemeralSigners":"0"})"));
        QVERIFY(decoded.inner.empty());
        QVERIFY(!decodeFor(squadsProgram,
                           join(vaultTransactionCreateFromBuffer, vaultArguments(vaultTransferMessage())),
                           accounts(7))
                     .isRead());
    }

    /// Anchor: the program's own address in the place of an account means that there is none.
    void namesNoAbsentAccounts()
    {
        auto given = accounts(10);
        given[7].address = squads;
        const auto decoded = decodeFor(
            squadsProgram, join({16, 57, 130, 127, 193, 20, 155, 134}, Data().u64(5).u8(9).u8(0)), given);
        QVERIFY(decoded.isRead() && decoded.accounts[7].role.empty());
        QVERIFY(!decoded.account("vaultTokenAccount"));
    }

    void refusesUnknownTags()
    {
        // multisigCreate, which the program refuses itself; an account's tag; nothing.
        QVERIFY(!decodeFor(squadsProgram, {122, 77, 80, 159, 84, 88, 90, 197}, accounts(9)).isRead());
        QVERIFY(!decodeFor(squadsProgram, Bytes(8, 0), accounts(9)).isRead());
        QVERIFY(!decodeFor(squadsProgram, {}, accounts(9)).isRead());
        QVERIFY(!decodeFor(squadsProgram, {48, 250, 78}, accounts(9)).isRead());
    }
};

COUNTERSIGN_APPLESS_TEST(SquadsProgramTest)
#include "SquadsProgram_test.moc"
