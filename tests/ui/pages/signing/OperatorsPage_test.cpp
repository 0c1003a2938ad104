#include "ui/pages/signing/OperatorsPage.h"

#include "core/policy/operators/KeyWords.h"
#include "tests/support/TestProgram.h"
#include "tests/ui/OperatorScene.h"
#include "ui/operators/AddOperatorDialog.h"
#include "ui/operators/NewIdentityDialog.h"
#include "ui/operators/RemoveOperatorDialog.h"
#include "ui/text/OperatorText.h"
#include "ui/theme/Theme.h"

#include <QPointer>

using namespace countersign;
using namespace countersign::testing;

namespace {

struct OperatorsPageScene : OperatorScene
{
    OperatorsPage page{session->operators(), session->reauthentication(), clock, state};

    void begin()
    {
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
    QStringList names()
    {
        settle();
        QStringList all;
        for (int row = 0; row < page.model()->rowCount(); ++row) {
            all << page.model()->index(row, OperatorModel::Name).data().toString();
        }
        return all;
    }
    QString stateText()
    {
        QStringList texts;
        for (const auto* label : page.findChild<EmptyState*>()->findChildren<QLabel*>()) {
            texts << label->text();
        }
        return texts.join(u'\n');
    }
};

/// The keychain is asked, and says yes.
void confirm(ReauthenticationPanel& panel)
{
    panel.confirmButton()->click();
    QTRY_VERIFY_WITH_TIMEOUT(panel.isGiven(), patienceMs);
}

QString inGroups(const ed25519::PublicKey& key)
{
    QString text = operatorKeyText(key).toUpper();
    for (qsizetype at = text.size() - 8; at > 0; at -= 8) {
        text.insert(at, u' ');
    }
    return text;
}

}  // namespace

class OperatorsPageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { Theme::instance().apply(Theme::Mode::Light); }

    void anEmptyRegisterSaysWhatItIsFor()
    {
        OperatorsPageScene scene;
        scene.begin();
        QVERIFY(scene.stateText().contains(QStringLiteral("Register the key of each")));
        QVERIFY(scene.page.ownCard()->headline().contains(QStringLiteral("no operator yet")));
        QVERIFY(scene.page.ownCard()->makeButton()->isEnabled());
        QVERIFY(!scene.page.detail()->shown());
    }

    void thisDesksOperatorIsMadeAndShownInEveryForm()
    {
        OperatorsPageScene scene;
        scene.begin();
        NewIdentityDialog* dialog = scene.page.makeIdentity();
        QVERIFY(dialog != nullptr);
        QVERIFY(!dialog->makeButton()->isEnabled());
        dialog->nameField()->setText(QStringLiteral("al\u202eice"));
        dialog->makeButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(!dialog->problem().isEmpty(), patienceMs);
        dialog->nameField()->setText(QStringLiteral(" alice "));
        QVERIFY(dialog->problem().isEmpty());
        QPointer<NewIdentityDialog> guard(dialog);
        dialog->makeButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(!guard, patienceMs);
        scene.settle();
        OwnOperatorCard* card = scene.page.ownCard();
        QTRY_COMPARE_WITH_TIMEOUT(card->headline(), QStringLiteral("This desk: alice"), patienceMs);
        QVERIFY(!card->makeButton()->isVisible());
        QCOMPARE(card->key()->words().split(u' ').size(), qsizetype{keyWordCount});
        QCOMPARE(card->key()->digits().size(), qsizetype{64});
        QVERIFY(!card->key()->code()->isVisible());
        card->key()->codeButton()->click();
        QVERIFY(card->key()->code()->isVisible());
        QCOMPARE(card->key()->code()->text(), card->key()->digits());
        // There is one.
        QVERIFY(scene.page.makeIdentity() == nullptr);
    }

    void keysAreTypedAsPeopleCopyThem_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("isKey");
        const samples::Person person("x");
        const QString digits = operatorKeyText(person.key);
        QTest::newRow("plain") << digits << true;
        QTest::newRow("prefixed") << QStringLiteral("0x") + digits << true;
        QTest::newRow("groups, capitals, lines") << u'\n' + inGroups(person.key) + u'\n' << true;
        QTest::newRow("too short") << digits.left(63) << false;
        QTest::newRow("too long") << digits + u'0' << false;
        QTest::newRow("no digit") << QString(digits).replace(7, 1, u'g') << false;
        QTest::newRow("of low order") << QString(64, u'0') << false;
        QTest::newRow("a letter that looks alike") << QString(digits).replace(0, 1, QChar(0x0430)) << false;
        QTest::newRow("endless") << QString(100'000, u'a') << false;
        QTest::newRow("nothing") << QString() << false;
    }
    void keysAreTypedAsPeopleCopyThem()
    {
        QFETCH(const QString, text);
        QFETCH(const bool, isKey);
        OperatorsPageScene scene;
        scene.begin();
        AddOperatorDialog* dialog = scene.page.add();
        dialog->keyField()->setPlainText(text);
        QCOMPARE(dialog->shownKey()->isVisible(), isKey);
        QCOMPARE(dialog->problem().isEmpty(), isKey || text.isEmpty());
    }

    void nobodyIsRegisteredBeforeTheWordsWereCompared()
    {
        OperatorsPageScene scene;
        scene.begin();
        AddOperatorDialog* dialog = scene.page.add();
        dialog->nameField()->setText(QStringLiteral("bob"));
        dialog->keyField()->setPlainText(inGroups(scene.bob.key));
        dialog->groupsField()->setText(QStringLiteral("treasury, night, treasury"));
        QCOMPARE(dialog->shownKey()->words(), QString::fromStdString(keyWords(scene.bob.key)));
        confirm(*dialog->reauthentication());
        QVERIFY(!dialog->addButton()->isEnabled());
        dialog->comparedBox()->click();
        QVERIFY(dialog->addButton()->isEnabled());
        // Other words were not compared.
        dialog->keyField()->setPlainText(operatorKeyText(scene.carol.key));
        QVERIFY(!dialog->comparedBox()->isChecked());
        QVERIFY(!dialog->addButton()->isEnabled());
        dialog->keyField()->setPlainText(operatorKeyText(scene.bob.key));
        dialog->comparedBox()->click();
        QPointer<AddOperatorDialog> guard(dialog);
        dialog->addButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(!guard, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(scene.names(), QStringList{QStringLiteral("bob")}, patienceMs);
        const auto* model = scene.page.model();
        QCOMPARE(model->index(0, OperatorModel::Groups).data().toString(), QStringLiteral("night, treasury"));
        QCOMPARE(model->index(0, OperatorModel::Words).data().toString(),
                 QString::fromStdString(keyWords(scene.bob.key)));
        QCOMPARE(scene.number("audit", "kind = 'operator.added' AND subject = 'bob'"), 1);
        QCOMPARE(scene.page.detail()->shown()->name, std::string("bob"));
    }

    void withoutReauthenticationNobodyIsRegistered()
    {
        OperatorsPageScene scene;
        scene.begin();
        AddOperatorDialog* dialog = scene.page.add();
        dialog->nameField()->setText(QStringLiteral("bob"));
        dialog->keyField()->setPlainText(operatorKeyText(scene.bob.key));
        dialog->comparedBox()->click();
        QVERIFY(!dialog->addButton()->isEnabled());
        // It grows old while one waits.
        confirm(*dialog->reauthentication());
        QVERIFY(dialog->addButton()->isEnabled());
        scene.clock.set(scene.clock.now() + Reauthentication::Grant::goodFor + 1);
        dialog->addButton()->click();
        QVERIFY(!dialog->addButton()->isEnabled());
        QVERIFY(dialog->reauthentication()->message().contains(QStringLiteral("too long ago")));
        QCOMPARE(scene.number("operator"), 0);
    }

    void aNameOfSomebodyElseIsRefused()
    {
        OperatorsPageScene scene;
        scene.registerOperator(scene.bob, {"treasury"});
        scene.begin();
        AddOperatorDialog* dialog = scene.page.add();
        dialog->nameField()->setText(QStringLiteral("treasury"));
        dialog->keyField()->setPlainText(operatorKeyText(scene.carol.key));
        dialog->comparedBox()->click();
        confirm(*dialog->reauthentication());
        dialog->addButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(dialog->problem().contains(QStringLiteral("bob")), patienceMs);
        QCOMPARE(scene.number("operator"), 1);
    }

    void removingSaysWhatItChangesFirst()
    {
        OperatorsPageScene scene;
        scene.registerOperator(scene.bob);
        const std::string job = scene.arrived();
        QVERIFY(scene.bring(scene.bob, scene.statementOf(scene.bob, job)));
        QCOMPARE(scene.standing(job)->count.have, 1);
        scene.begin();
        RemoveOperatorDialog* dialog = scene.page.removeSelected();
        QVERIFY(dialog != nullptr);
        QTRY_COMPARE_WITH_TIMEOUT(dialog->outlook(), QStringLiteral("1 open job has a statement of theirs."),
                                  patienceMs);
        QVERIFY(!dialog->removeButton()->isEnabled());
        confirm(*dialog->reauthentication());
        QPointer<RemoveOperatorDialog> guard(dialog);
        dialog->removeButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(!guard, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(scene.page.model()->total(), 0, patienceMs);
        QCOMPARE(scene.standing(job)->count.have, 0);
        QCOMPARE(scene.standing(job)->count.statements.front().why,
                 std::optional(ApprovalDoubt::UnknownOperator));
    }

    void aDoubtedRegisterIsShownAndNotWrittenTo()
    {
        OperatorsPageScene scene;
        scene.registerOperator(scene.bob);
        scene.edit("UPDATE operator SET name = 'mallory'");
        scene.begin();
        QVERIFY(scene.page.doubt().contains(QStringLiteral("settings seal")));
        QCOMPARE(scene.names(), QStringList{QStringLiteral("mallory")});
        QVERIFY(!scene.page.addButton()->isEnabled());
        QVERIFY(scene.page.add() == nullptr);
        QVERIFY(scene.page.removeSelected() == nullptr);
        scene.edit("DELETE FROM operator");
        scene.page.refresh();
        QTRY_VERIFY_WITH_TIMEOUT(scene.stateText().contains(QStringLiteral("should not be")), patienceMs);
    }

    void theFilterFindsNamesGroupsAndWords()
    {
        OperatorsPageScene scene;
        scene.registerOperator(scene.bob, {"treasury"});
        scene.registerOperator(scene.carol);
        scene.begin();
        QCOMPARE(scene.names().size(), 2);
        scene.page.setFilterText(QStringLiteral("TREAS"));
        QCOMPARE(scene.names(), QStringList{QStringLiteral("bob")});
        scene.page.setFilterText(QString::fromStdString(keyWords(scene.carol.key)));
        QCOMPARE(scene.names(), QStringList{QStringLiteral("carol")});
        scene.page.setFilterText(QStringLiteral("%"));
        QVERIFY(scene.names().isEmpty());
        QVERIFY(scene.stateText().contains(QStringLiteral("No operator matches")));
    }
};

COUNTERSIGN_GUI_TEST(OperatorsPageTest)
#include "OperatorsPage_test.moc"
