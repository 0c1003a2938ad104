#include "ui/compose/DraftView.h"

#include "core/signing/job/JobDocument.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/JobFixture.h"
#include "ui/theme/Theme.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

class DraftViewTest : public QObject
{
    Q_OBJECT

private:
    struct Desk
    {
        ProfileFixture profile{{.wallets = 6, .healthy = true}};
        JobFixture jobs{profile};
        ProfileReader reader{profile.databaseFile()};
        DraftView view{reader};

        Job draft(const std::string& payload, const std::string& kind = "evm.message")
        {
            return jobs.job(jobs.add({.kind = kind, .payload = payload, .prepared = false}));
        }
    };

    static void rest(Desk& desk) { QTRY_VERIFY_WITH_TIMEOUT(desk.reader.isIdle(), patienceMs); }

private Q_SLOTS:
    void initTestCase()
    {
        initialiseSodium();
        Theme::instance().apply(Theme::Mode::Light);
    }

    /// With the same findings as its review, before there is a job.
    void warnsBeforeThereIsAJob()
    {
        Desk desk;
        const Job draft = desk.draft(
            R"({"transaction":{"chainId":"1","to":"0x0000000000000000000000000000000000000000","value":"5"}})",
            "evm.transaction");
        desk.view.explain(draft);
        rest(desk);
        QVERIFY(!desk.view.isHidden());
        QVERIFY(desk.view.sentence().startsWith(QStringLiteral("Send ")));
        QVERIFY(desk.view.findings()->count() > 0);
        desk.view.clear();
        QVERIFY(desk.view.isHidden() && desk.view.sentence().isEmpty());
        QCOMPARE(desk.view.findings()->count(), 0);
    }

    void onlyTheLastDraftCounts()
    {
        Desk desk;
        desk.view.explain(desk.draft(R"({"text":"one"})"));
        desk.view.explain(desk.draft(R"({"text":""})"));
        rest(desk);
        QVERIFY(desk.view.sentence().contains(QStringLiteral("empty message")));
        desk.view.explain(desk.draft(R"({"text":"three"})"));
        desk.view.clear();
        rest(desk);
        QVERIFY(desk.view.isHidden());
    }

    void whatCannotBeReadSaysSo()
    {
        Desk desk;
        desk.view.explain(desk.draft(R"({"hex":"0xfffe00"})"));
        rest(desk);
        QVERIFY(desk.view.sentence().contains(QStringLiteral("cannot read")));
        Job broken = desk.draft(R"({"text":"one"})");
        broken.document.pop_back();
        desk.view.explain(broken);
        rest(desk);
        QVERIFY(!desk.view.sentence().isEmpty());
    }
};

COUNTERSIGN_GUI_TEST(DraftViewTest)
#include "DraftView_test.moc"
