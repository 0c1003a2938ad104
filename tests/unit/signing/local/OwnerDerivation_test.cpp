#include "core/signing/local/OwnerDerivation.h"

#include "core/chain/solana/spl/SplPrograms.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/signing/local/LocalSamples.h"

#include <QTest>

#include <array>

using namespace countersign;
using namespace countersign::samples;

namespace {

const std::string derivedOwner = "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM";
const SolanaAddress mint = *parseSolanaAddress("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v");

JobParty accountOf(SplProgram program)
{
    JobParty party =
        payee(toText(*solana::associatedTokenAccount(*parseSolanaAddress(derivedOwner), program, mint)));
    party.mints = {mint, mint};
    return party;
}

}  // namespace

class OwnerDerivationTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bothProgramsAreTried()
    {
        const std::array owners = {toText(mint), derivedOwner};
        for (const SplProgram program : {SplProgram::Token, SplProgram::Token2022}) {
            const JobParty party = accountOf(program);
            const auto found = derivedOwners({party}, owners);
            QCOMPARE(found.size(), 1U);
            QCOMPARE(found.at(party.address).owner, derivedOwner);
            QCOMPARE(found.at(party.address).isToken2022, program == SplProgram::Token2022);
        }
    }

    void otherMintsAndOwnersGiveNothing()
    {
        const std::array owners = {derivedOwner};
        JobParty other = accountOf(SplProgram::Token);
        other.mints = {*parseSolanaAddress(derivedOwner)};
        QVERIFY(derivedOwners({other}, owners).empty());
        other.mints.clear();
        QVERIFY(derivedOwners({other}, owners).empty());
        const std::array strangers = {toText(mint), std::string("0x12"), std::string()};
        QVERIFY(derivedOwners({accountOf(SplProgram::Token)}, strangers).empty());
        QVERIFY(derivedOwners({payee("nothing")}, owners).empty());
    }
};

COUNTERSIGN_APPLESS_TEST(OwnerDerivationTest)
#include "OwnerDerivation_test.moc"
