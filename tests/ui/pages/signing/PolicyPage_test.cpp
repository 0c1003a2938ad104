#include "ui/pages/signing/PolicyPage.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/ProfileFixture.h"
#include "tests/ui/FakePolicyControl.h"
#include "tests/ui/FakeRevocationControl.h"
#include "ui/policy/PutInForceDialog.h"
#include "ui/policy/RuleText.h"
#include "ui/theme/Theme.h"

#include <QPointer>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

const QString treasury = QStringLiteral(R"({"version": 1, "name": "treasury", "rules": [
  {"id": "no-unlimited", "when": {"findings": ["evm.approval.unlimited"]},
   "then": {"block": "No unlimited approvals."}},
  {"id": "payout", "when": {"chains": ["eip155:1"], "intents": ["transfer"], "recipients": ["list:suppliers"],
   "amount": {"max": "250000000"}}, "then": {"approvals": 1}},
  {"id": "rest", "when": {}, "then": {"approvals": 2, "reauthenticate": true, "typedWord": true}}
]})");

PolicyInForce inForce(const QString& text)
{
    const std::string bytes = text.toStdString();
    return {.bytes = toBytes(asBytes(bytes)),
            .sha256 = parsePolicy(asBytes(bytes))->sha256,
            .name = "treasury",
            .setAt = fixtureNow - 3'600'000};
}

struct PolicyPageScene
{
    FakePolicyControl control;
    FakeReauthentication again;
    ManualClock clock{fixtureNow};
    PolicyPage page{control, again, clock};

    explicit PolicyPageScene(const QString& text = treasury)
    {
        again.asks = false;
        again.at = clock.now();
        control.known = text.isEmpty() ? std::nullopt : std::optional(inForce(text));
        page.resize(1040, 700);
        page.show();
        page.start();
        settle();
    }
    void settle()
    {
        if (!QTest::qWaitFor([this] { return page.isSettled(); }, patienceMs)) {
            qFatal("not settled");
        }
    }
    void type(const QString& text)
    {
        page.editor()->setText(text);
        settle();
    }
    QString cell(int row, RuleListModel::Column column)
    {
        return page.editor()->rules()->index(row, column).data().toString();
    }
};

}  // namespace

class PolicyPageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(Theme::Mode::Light); }

    void theRulesStandBesideTheText()
    {
        PolicyPageScene scene;
        QCOMPARE(scene.page.editor()->text(), treasury);
        QVERIFY(scene.page.subtitle().contains(QStringLiteral("treasury")));
        QCOMPARE(scene.page.editor()->rules()->rowCount(), 4);
        QCOMPARE(scene.cell(0, RuleListModel::Rule), QStringLiteral("no-unlimited"));
        QCOMPARE(scene.cell(0, RuleListModel::Outcome), QStringLiteral("Blocks"));
        QCOMPARE(
            scene.cell(1, RuleListModel::Conditions),
            QStringLiteral("on eip155:1, and does transfer, and goes to list:suppliers, and amount is at "
                           "most 250000000 units"));
        QCOMPARE(scene.cell(2, RuleListModel::Outcome), QStringLiteral("2 approvals"));
        QCOMPARE(scene.cell(2, RuleListModel::Conditions), QStringLiteral("always"));
        QCOMPARE(scene.cell(3, RuleListModel::Rule), QStringLiteral("otherwise"));
        QVERIFY(!scene.page.putButton()->isEnabled());  // nothing is different
    }

    void theListFollowsTheCursorAndTheOtherWayRound()
    {
        PolicyPageScene scene;
        PolicyEditor* editor = scene.page.editor();
        QTextCursor cursor = editor->textField()->textCursor();
        cursor.setPosition(static_cast<int>(treasury.indexOf(QStringLiteral("eip155"))));
        editor->textField()->setTextCursor(cursor);
        QCOMPARE(editor->ruleTable()->currentIndex().row(), 1);
        QVERIFY(editor->ruleText().contains(QStringLiteral("\n· goes to list:suppliers\n")));
        editor->ruleTable()->selectRow(2);
        QVERIFY(
            editor->textField()->textCursor().selectedText().startsWith(QStringLiteral("{\"id\": \"rest\"")));
        QCOMPARE(editor->ruleTable()->currentIndex().row(), 2);
    }

    void whatIsWrongIsMarkedWhereItStands_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("verdict");
        QTest::addColumn<QString>("marked");
        QString unknown = treasury;
        unknown.replace(QStringLiteral("\"amount\""), QStringLiteral("\"amout\""));
        QTest::newRow("unknown member") << unknown << "Line 5: "
                                        << R"("amout": {"max": "250000000"})";
        QString broken = treasury;
        broken.replace(QStringLiteral("\"approvals\": 1}"), QStringLiteral("\"approvals\": 1"));
        QTest::newRow("no JSON") << broken << "Line 6: "
                                 << "";
        QString twice = treasury;
        twice.replace(QStringLiteral("\"rest\""), QStringLiteral("\"payout\""));
        QTest::newRow("an id twice") << twice << "Line 6: "
                                     << R"("id": "payout")";
        QTest::newRow("a list") << QStringLiteral("[]") << "The policy is refused"
                                << "";
    }
    void whatIsWrongIsMarkedWhereItStands()
    {
        QFETCH(const QString, text);
        QFETCH(const QString, verdict);
        QFETCH(const QString, marked);
        PolicyPageScene scene;
        scene.type(text);
        PolicyEditor* editor = scene.page.editor();
        QVERIFY2(editor->verdict().startsWith(verdict), qPrintable(editor->verdict()));
        if (!marked.isEmpty()) {
            editor->goToFault();
            QCOMPARE(editor->textField()->textCursor().selectedText(), marked);
        }
        QVERIFY(!scene.page.putButton()->isEnabled());
        QVERIFY(!scene.page.tryButton()->isEnabled());
        // What was right stays beside it, muted.
        QCOMPARE(editor->rules()->rowCount(), 4);
        QVERIFY(editor->rules()->isStale());
        scene.page.discardButton()->click();
        scene.settle();
        QVERIFY(!editor->rules()->isStale());
        QCOMPARE(editor->text(), treasury);
    }

    void nothingIsAllowedWhileItIsChecked()
    {
        PolicyPageScene scene;
        QString other = treasury;
        scene.page.editor()->setText(other.replace(QStringLiteral("treasury"), QStringLiteral("night")));
        QVERIFY(!scene.page.putButton()->isEnabled());
        scene.settle();
        QVERIFY(scene.page.putButton()->isEnabled());
    }

    void changesAreShownAgainstTheOneInForce()
    {
        PolicyPageScene scene;
        QVERIFY(scene.page.editor()->changes().startsWith(QStringLiteral("Nothing is different")));
        QString other = treasury;
        scene.type(other.replace(QStringLiteral("\"approvals\": 2"), QStringLiteral("\"approvals\": 3")));
        const QString changes = scene.page.editor()->changes();
        QVERIFY(changes.contains(QStringLiteral("\n-   {\"id\": \"rest\"")));
        QVERIFY(changes.contains(QStringLiteral("\n+   {\"id\": \"rest\"")));
        QVERIFY(!changes.contains(QStringLiteral("no-unlimited")));
    }

    void itIsTriedAgainstTheHistory()
    {
        PolicyPageScene scene;
        scene.page.tryButton()->click();
        QVERIFY(!scene.page.tryButton()->isEnabled());
        QCOMPARE(scene.control.tried.size(), std::size_t{1});
        QVERIFY(scene.control.tried.front() == inForce(treasury).bytes);
        PolicyTrial trial{.jobs = 412, .blocked = 3, .secondApproval = 9, .unreadable = 0, .lines = {}};
        trial.lines.push_back({.jobId = "ab",
                               .at = fixtureNow,
                               .had = QStringLiteral("Confirmed"),
                               .would = QStringLiteral("Rule no-unlimited forbids this job"),
                               .rule = "no-unlimited"});
        scene.control.trial(trial);
        QVERIFY(scene.page.trial()->sentence().contains(
            QStringLiteral("Of 412 jobs, 3 would have been blocked, 9 would have needed a second approval")));
        QCOMPARE(scene.page.trial()->list()->topLevelItem(0)->text(3), QStringLiteral("no-unlimited"));
        QVERIFY(scene.page.tryButton()->isEnabled());
    }

    void whoPutsItInForceShowsWhoTheyAre()
    {
        PolicyPageScene scene;
        QString other = treasury;
        scene.type(other.replace(QStringLiteral("\"approvals\": 2"), QStringLiteral("\"approvals\": 3")));
        PutInForceDialog* dialog = scene.page.putInForce();
        QVERIFY(dialog != nullptr);
        QVERIFY(dialog->consequence().contains(QStringLiteral("stop counting")));
        QVERIFY(!dialog->setButton()->isEnabled());
        dialog->reauthentication()->confirmButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(dialog->setButton()->isEnabled(), patienceMs);
        dialog->setButton()->click();
        QCOMPARE(scene.control.put.size(), std::size_t{1});
        QVERIFY(scene.control.put.front() == inForce(other).bytes);
        QCOMPARE(scene.control.replaced, inForce(treasury).sha256);
        scene.control.answer(failure(ErrorCode::Busy, QStringLiteral("It is another one by now.")));
        QCOMPARE(dialog->problem(), QStringLiteral("It is another one by now."));
        QPointer<PutInForceDialog> guard(dialog);
        dialog->reauthentication()->confirmButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(dialog->setButton()->isEnabled(), patienceMs);
        dialog->setButton()->click();
        scene.control.answer({});
        QTRY_VERIFY_WITH_TIMEOUT(!guard, patienceMs);
    }

    void aChangeThatNeedsOthersTakesTheirStatements()
    {
        PolicyPageScene scene;
        scene.control.standings = [](const QStringList& files) -> Result<PolicyChangeStanding> {
            if (files.contains(QStringLiteral("/wrong.json"))) {
                return failure(ErrorCode::InvalidInput, QStringLiteral("This is no operator's statement."));
            }
            PolicyChangeStanding standing{.have = 1, .need = 2, .lines = {{QStringLiteral("Alice"), {}}}};
            if (files.contains(QStringLiteral("/bob.json"))) {
                standing.have = 2;
                standing.lines.push_back({QStringLiteral("Bob"), {}});
            }
            return standing;
        };
        QString other = treasury;
        scene.type(other.replace(QStringLiteral("\"approvals\": 2"), QStringLiteral("\"approvals\": 3")));
        PutInForceDialog* dialog = scene.page.putInForce();
        PolicyChangePanel* approvals = dialog->approvals();
        QTRY_VERIFY_WITH_TIMEOUT(approvals->isVisible(), patienceMs);
        QVERIFY(approvals->text().contains(QStringLiteral("asks 2 operators")));
        QVERIFY(approvals->text().contains(QStringLiteral("Alice: approves it")));
        dialog->reauthentication()->confirmButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(approvals->writeButton()->isEnabled(), patienceMs);
        QVERIFY(!dialog->setButton()->isEnabled());
        // One for another desk.
        Q_EMIT approvals->writeWanted(QStringLiteral("/mine.json"));
        QTRY_COMPARE_WITH_TIMEOUT(scene.control.endorsed, QStringLiteral("/mine.json"), patienceMs);
        scene.control.answer({});
        QVERIFY(dialog->written().contains(QStringLiteral("/mine.json")));
        // What is none is told, and left out.
        approvals->add(QStringLiteral("/wrong.json"));
        QTRY_VERIFY_WITH_TIMEOUT(approvals->problem().contains(QStringLiteral("no operator's")), patienceMs);
        QVERIFY(approvals->statements().isEmpty());
        approvals->add(QStringLiteral("/bob.json"));
        QTRY_VERIFY_WITH_TIMEOUT(approvals->isReached(), patienceMs);
        dialog->reauthentication()->confirmButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(dialog->setButton()->isEnabled(), patienceMs);
        dialog->setButton()->click();
        QCOMPARE(scene.control.handedIn, QStringList{QStringLiteral("/bob.json")});
    }

    void whatIsTypedOutlivesAnotherPolicy()
    {
        PolicyPageScene scene;
        QString typed = treasury;
        scene.type(typed.replace(QStringLiteral("treasury"), QStringLiteral("mine")));
        QString other = treasury;
        scene.control.change(
            std::optional(inForce(other.replace(QStringLiteral("treasury"), QStringLiteral("night")))));
        scene.settle();
        QTRY_VERIFY_WITH_TIMEOUT(scene.page.editor()->changes().contains(QStringLiteral("night")),
                                 patienceMs);
        QCOMPARE(scene.page.editor()->text(), typed);
    }

    void everyStateIsTold()
    {
        PolicyPageScene scene{QString()};
        QVERIFY(scene.page.subtitle().contains(QStringLiteral("built-in")));
        QVERIFY(scene.page.editor()->verdict().contains(QStringLiteral("built-in policy counts")));
        scene.control.change(failure(ErrorCode::BadSignature, QStringLiteral("Changed outside.")));
        QTRY_VERIFY_WITH_TIMEOUT(!scene.page.isEditorShown(), patienceMs);
        QVERIFY(scene.page.putInForce() == nullptr);
        scene.control.setReady(false);
        QVERIFY(!scene.page.isEditorShown());
    }

    void hostileTextsAreRefusedWithoutHoldingUpTheWindow()
    {
        PolicyPageScene scene;
        scene.type(QString(static_cast<qsizetype>(policyMaxBytes) + 10, u' '));
        QVERIFY(scene.page.editor()->policy() == nullptr);
        scene.type(QString(100'000, u'['));
        QVERIFY(scene.page.editor()->policy() == nullptr);
        scene.type(treasury);
        QVERIFY(scene.page.editor()->policy() != nullptr);
    }
};

COUNTERSIGN_GUI_TEST(PolicyPageTest)
#include "PolicyPage_test.moc"
