#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/programs/token/TokenReading.h"

#include <QTest>

using namespace countersign;
using namespace countersign::solana;
using namespace countersign::test;

namespace {

std::string associatedLine(const Bytes& data, std::size_t accounts)
{
    return lineOf(decodeAssociatedToken, data, accountsOf(accounts));
}

}  // namespace

class AssociatedTokenProgramTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsCreation()
    {
        const std::string roles = "() payer associatedToken owner mint systemProgram tokenProgram";
        QCOMPARE(associatedLine({}, 6), "create" + roles);
        QCOMPARE(associatedLine({0}, 6), "create" + roles);
        QCOMPARE(associatedLine({1}, 6), "createIdempotent" + roles);
        QCOMPARE(associatedLine({}, 7), "create" + roles + " -");  // once with the sysvar of rent
    }

    void readsRecovery()
    {
        QCOMPARE(associatedLine({2}, 7),
                 std::string("recoverNested() nestedAssociatedToken nestedMint destinationAssociatedToken "
                             "ownerAssociatedToken ownerMint owner tokenProgram"));
        QCOMPARE(associatedLine({2}, 6), std::string("refused"));
    }

    void refusesTheRest()
    {
        QCOMPARE(associatedLine({}, 5), std::string("refused"));
        QCOMPARE(associatedLine({1}, 5), std::string("refused"));
        for (int tag = 3; tag < 256; ++tag) {
            QCOMPARE(associatedLine({static_cast<std::uint8_t>(tag)}, 9), std::string("refused"));
        }
        for (std::uint8_t tag = 0; tag < 3; ++tag) {
            QCOMPARE(associatedLine({tag, 0}, 9), std::string("refused"));
        }
    }
};

COUNTERSIGN_APPLESS_TEST(AssociatedTokenProgramTest)
#include "AssociatedTokenProgram_test.moc"
