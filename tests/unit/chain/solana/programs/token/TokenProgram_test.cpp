#include "core/chain/solana/spl/SplPrograms.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/programs/token/TokenReading.h"

#include <QTest>

#include <random>

using namespace countersign;
using namespace countersign::solana;
using namespace countersign::test;

namespace {

std::string tokenLine(const Bytes& data, std::size_t accounts, std::size_t signers = 0)
{
    return lineOf(decodeToken, data, accountsOf(accounts, signers));
}

}  // namespace

class TokenProgramTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// The layouts are those of the program's own tests (spl-token-interface, instruction.rs).
    void readsInstructions_data()
    {
        QTest::addColumn<QByteArray>("hex");
        QTest::addColumn<int>("accounts");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const Bytes& data, int accounts, const char* expected) {
            QTest::newRow(expected) << QByteArray::fromStdString(toHex(data)) << accounts
                                    << QByteArray(expected);
        };
        row(joined({{0, 2}, key(1), {0}}), 2, "initializeMint(decimals: 2, mintAuthority: key 1) mint rent");
        row(joined({{0, 2}, key(2), {1}, key(3)}), 2,
            "initializeMint(decimals: 2, mintAuthority: key 2, freezeAuthority: key 3) mint rent");
        row({1}, 4, "initializeAccount() account mint owner rent");
        row({2, 1}, 4, "initializeMultisig(m: 1) account rent signer signer");
        row({3, 1, 0, 0, 0, 0, 0, 0, 0}, 3, "transfer(amount: 1) source destination owner");
        row(joined({{3}, Bytes(8, 0xff)}), 3,
            "transfer(amount: 18446744073709551615) source destination owner");
        row({4, 1, 0, 0, 0, 0, 0, 0, 0}, 3, "approve(amount: 1) account delegate owner");
        row({5}, 2, "revoke() account owner");
        row(joined({{6, 1, 1}, key(4)}), 2,
            "setAuthority(authorityType: freezeAccount, newAuthority: key 4) account currentAuthority");
        row({6, 2, 0}, 2, "setAuthority(authorityType: accountOwner) account currentAuthority");
        row({7, 1, 0, 0, 0, 0, 0, 0, 0}, 3, "mintTo(amount: 1) mint destination authority");
        row({8, 1, 0, 0, 0, 0, 0, 0, 0}, 3, "burn(amount: 1) account mint owner");
        row({9}, 3, "closeAccount() account destination authority");
        row({10}, 3, "freezeAccount() account mint authority");
        row({11}, 3, "thawAccount() account mint authority");
        row({12, 1, 0, 0, 0, 0, 0, 0, 0, 2}, 4,
            "transferChecked(amount: 1, decimals: 2) source mint destination owner");
        row({13, 1, 0, 0, 0, 0, 0, 0, 0, 2}, 4,
            "approveChecked(amount: 1, decimals: 2) account mint delegate owner");
        row({14, 1, 0, 0, 0, 0, 0, 0, 0, 2}, 3,
            "mintToChecked(amount: 1, decimals: 2) mint destination authority");
        row({15, 1, 0, 0, 0, 0, 0, 0, 0, 2}, 3, "burnChecked(amount: 1, decimals: 2) account mint owner");
        row(joined({{16}, key(2)}), 3, "initializeAccount2(owner: key 2) account mint rent");
        row({17}, 1, "syncNative() account");
        row({17}, 2, "syncNative() account rent");
        row(joined({{18}, key(2)}), 2, "initializeAccount3(owner: key 2) account mint");
        row({19, 1}, 3, "initializeMultisig2(m: 1) account signer signer");
        row(joined({{20, 2}, key(1), {0}}), 1, "initializeMint2(decimals: 2, mintAuthority: key 1) mint");
        row({21}, 1, "getAccountDataSize(extensionTypes: ) mint");
        row({21, 7, 0}, 1, "getAccountDataSize(extensionTypes: immutableOwner) mint");
        row({22}, 1, "initializeImmutableOwner() account");
        row({23, 42, 0, 0, 0, 0, 0, 0, 0}, 1, "amountToUiAmount(amount: 42) mint");
        row({24, 0x30, 0x2e, 0x34, 0x32}, 1, "uiAmountToAmount(amount: 0.42) mint");
        row({38}, 3, "withdrawExcessLamports() source destination authority");
        row({45, 0}, 3, "unwrapLamports() source destination owner");
        row({45, 1, 1, 0, 0, 0, 0, 0, 0, 0}, 3, "unwrapLamports(amount: 1) source destination owner");
    }

    void readsInstructions()
    {
        QFETCH(const QByteArray, hex);
        QFETCH(const int, accounts);
        QFETCH(const QByteArray, expected);
        const Bytes data = *fromHex(hex.toStdString());
        QCOMPARE(QByteArray::fromStdString(tokenLine(data, std::size_t(accounts))), expected);
        const bool isVariable = data[0] == 2 || data[0] == 17 || data[0] == 19 || data[0] == 21 ||
                                data[0] == 24;  // accounts or data of any number
        if (!isVariable) {
            QCOMPARE(acceptedNearMiss(decodeToken, data, accountsOf(std::size_t(accounts))), std::string());
        }
    }

    /// Signers of a multisignature, and accounts that the program does not look at, are told apart.
    void namesFurtherAccounts()
    {
        const Bytes transfer = {3, 1, 0, 0, 0, 0, 0, 0, 0};
        QCOMPARE(tokenLine(transfer, 5, 2),
                 std::string("transfer(amount: 1) source destination owner signer signer"));
        QCOMPARE(tokenLine(transfer, 5, 1),
                 std::string("transfer(amount: 1) source destination owner - signer"));
        QCOMPARE(tokenLine(transfer, 4), std::string("transfer(amount: 1) source destination owner -"));
    }

    void refusesWhatTheProgramDoesNotKnow()
    {
        QCOMPARE(tokenLine({}, 4), std::string("refused"));
        for (const int tag : {25, 26, 29, 31, 35, 37, 39, 44, 46, 100, 254}) {
            QCOMPARE(tokenLine(joined({{static_cast<std::uint8_t>(tag)}, Bytes(40)}), 4),
                     std::string("refused"));
        }
        QCOMPARE(tokenLine({6, 3, 0}, 2),
                 std::string("setAuthority(authorityType: closeAccount) account currentAuthority"));
        QCOMPARE(tokenLine({6, 4, 0}, 2), std::string("refused"));
        QCOMPARE(tokenLine({6, 255, 0}, 2), std::string("refused"));
        QCOMPARE(tokenLine(joined({{6, 2, 2}, key(1)}), 2), std::string("refused"));
        QCOMPARE(tokenLine(joined({{6, 2, 0}, key(1)}), 2), std::string("refused"));  // none, and yet one
        QCOMPARE(tokenLine({24, 0xc3, 0x28}, 1), std::string("refused"));
        QCOMPARE(tokenLine({21, 7}, 1), std::string("refused"));
        QCOMPARE(tokenLine({21, 29, 0}, 1), std::string("refused"));
    }

    void opensBatches()
    {
        const Bytes batch = joined({{255}, {3, 9, 3}, number(5, 8), {3, 1, 9}});
        const auto read = decodeToken({.accounts = accountsOf(7), .data = batch});
        QCOMPARE(lineOf(read), std::string("batch() - - - - - - -"));
        QCOMPARE(read->inner.size(), std::size_t{2});
        QCOMPARE(read->inner[0].name, std::string("transfer"));
        QCOMPARE(read->inner[0].program, std::string("token"));
        QVERIFY(read->inner[0].programId == tokenProgram());
        QVERIFY(read->inner[0].accounts[1].address == addressNumber(2));
        QCOMPARE(read->inner[0].accounts[1].role, std::string("destination"));
        QCOMPARE(read->inner[1].name, std::string("closeAccount"));
        QCOMPARE(read->inner[1].accounts.front().role, std::string("account"));
        QVERIFY(read->inner[1].accounts.front().address == addressNumber(4));
        QCOMPARE(read->inner[1].data, Bytes{9});
    }

    void keepsWhatCannotBeReadInABatch()
    {
        const auto read =
            decodeToken({.accounts = accountsOf(3), .data = joined({{255}, {3, 2, 9, 9}, {0, 2, 255, 0}})});
        QVERIFY(read);
        QCOMPARE(read->inner.size(), std::size_t{2});
        for (const DecodedInstruction& inner : read->inner) {
            QVERIFY(!inner.isRead());
            QVERIFY(!inner.error.empty());
        }
        QCOMPARE(tokenLine({255}, 3), std::string("refused"));
        QCOMPARE(tokenLine({255, 0}, 3), std::string("refused"));
        QCOMPARE(tokenLine({255, 3, 2, 9}, 3), std::string("refused"));
        QCOMPARE(tokenLine({255, 4, 1, 9}, 3), std::string("refused"));
        QCOMPARE(tokenLine({255, 3, 1, 9, 0}, 3), std::string("refused"));
    }

    /// Whatever comes: no crash, and what is read has a role for each account.
    void survivesAnything()
    {
        std::mt19937 dice(7);  // NOLINT(cert-msc51-cpp): the same every time
        for (int i = 0; i < 20000; ++i) {
            Bytes data(dice() % 40);
            std::ranges::generate(data, [&] { return static_cast<std::uint8_t>(dice()); });
            if (!data.empty() && dice() % 4 != 0) {
                data[0] = static_cast<std::uint8_t>(dice() % 4 == 0 ? 255 : dice() % 48);
            }
            const auto accounts = accountsOf(dice() % 8, dice() % 3);
            for (const ProgramDecoder decode : {decodeToken, decodeToken2022}) {
                const auto read = decode({.accounts = accounts, .data = data});
                QVERIFY(!read || read->roles.size() == accounts.size());
                QVERIFY(read || !read.error().sentence.isEmpty());
            }
        }
    }
};

COUNTERSIGN_APPLESS_TEST(TokenProgramTest)
#include "TokenProgram_test.moc"
