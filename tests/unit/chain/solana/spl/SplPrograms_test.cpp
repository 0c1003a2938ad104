#include "core/chain/solana/spl/SplPrograms.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/message/MessageFactory.h"

#include <QTest>

using namespace countersign;

class SplProgramsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsThePrograms()
    {
        QCOMPARE(toText(solana::tokenProgram()), std::string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"));
        QCOMPARE(toText(solana::token2022Program()),
                 std::string("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb"));
        QVERIFY(solana::splProgramAt(solana::addressOf(SplProgram::Token)) == SplProgram::Token);
        QVERIFY(solana::splProgramAt(solana::addressOf(SplProgram::Token2022)) == SplProgram::Token2022);
        QVERIFY(!solana::splProgramAt(solana::associatedTokenProgram()));
        QVERIFY(!solana::splProgramAt(SolanaAddress{}));
    }

    /// The example of @solana/spl-token's tests ("getAssociatedTokenAddress"), a holder of PYUSD as
    /// micro-sol-signer's tests have it, and that every seed matters.
    void derivesAssociatedAccounts()
    {
        const SolanaAddress owner = *parseSolanaAddress("B8UwBUUnKwCyKuGMbFKWaG7exYdDk2ozZrPg72NyVbfj");
        const SolanaAddress mint = *parseSolanaAddress("7o36UsWR1JQLpZ9PE2gn9L4SQ69CNNiWAXd4Jt7rqz9Z");
        const auto account = *solana::associatedTokenAccount(owner, SplProgram::Token, mint);
        QCOMPARE(toText(account), std::string("DShWnroshVbeUp28oopA3Pu7oFPDBtC1DBmPECXXAQ9n"));
        QCOMPARE(
            toText(*solana::associatedTokenAccount(
                *parseSolanaAddress("22Wnk8PwyWZV7BfkZGJEKT9jGGdtvu7xY6EXeRh7zkBa"), SplProgram::Token2022,
                *parseSolanaAddress("2b1kV6DkPAnxd5ixfnxCpjxmKwqjjaYmCZfHsFu24GXo"))),
            std::string("5nu6HDY7t1Ds8oPNsArrhb1rzvRqmGubyteyAUncFyNb"));
        QVERIFY(*solana::associatedTokenAccount(owner, SplProgram::Token2022, mint) != account);
        QVERIFY(*solana::associatedTokenAccount(mint, SplProgram::Token, owner) != account);
        QVERIFY(*solana::associatedTokenAccount(owner, SplProgram::Token, owner) != account);
    }
};

COUNTERSIGN_APPLESS_TEST(SplProgramsTest)
#include "SplPrograms_test.moc"
