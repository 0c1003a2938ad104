#include "core/signing/prepare/SplLookups.h"

#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/SigningScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

struct LookupsScene : SigningScene
{
    SigningServices services = parts();
    std::optional<SplLookups> lookups{services};
    SplQuestion question{SolanaKey().address, SolanaKey().address, SolanaKey().address};
    std::vector<ErrorCode> errors;

    LookupsScene() { solana.account.always = std::optional<SolanaAccount>(); }

    void ask()
    {
        lookups->ask(question,
                     [this](const Result<SplFacts>& facts) { errors.push_back(facts.error().code); });
    }
};

using Codes = std::vector<ErrorCode>;

}  // namespace

class SplLookupsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersEachOnce()
    {
        LookupsScene scene;
        scene.ask();
        scene.ask();
        QVERIFY(scene.errors.empty());
        QTRY_COMPARE_WITH_TIMEOUT(scene.errors, (Codes{ErrorCode::InvalidInput, ErrorCode::InvalidInput}),
                                  patienceMs);
    }

    void withoutANodeItSaysSoLater()
    {
        LookupsScene scene;
        scene.hasNode = false;
        scene.ask();
        QVERIFY(scene.errors.empty());
        QTRY_COMPARE_WITH_TIMEOUT(scene.errors, Codes{ErrorCode::InvalidInput}, patienceMs);
    }

    void whoWaitsIsToldOfTheEnd()
    {
        LookupsScene scene;
        scene.solana.account.isSilent = true;
        scene.ask();
        scene.ask();
        QCOMPARE(scene.solana.account.held, 2);
        scene.lookups->stop();
        QCOMPARE(scene.solana.account.held, 0);
        QVERIFY(scene.errors.empty());
        QTRY_COMPARE_WITH_TIMEOUT(scene.errors, (Codes{ErrorCode::Cancelled, ErrorCode::Cancelled}),
                                  patienceMs);
    }

    void withItTheQuestionsGo()
    {
        LookupsScene scene;
        scene.solana.account.isSilent = true;
        scene.ask();
        scene.lookups.reset();
        QCOMPARE(scene.solana.account.held, 0);
    }
};

COUNTERSIGN_GUILESS_TEST(SplLookupsTest)
#include "SplLookups_test.moc"
