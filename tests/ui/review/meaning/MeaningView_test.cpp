#include "ui/review/meaning/MeaningView.h"

#include "tests/support/TestProgram.h"
#include "ui/review/meaning/FindingPage.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/identity/AddressView.h"

#include <QApplication>
#include <QLabel>
#include <QTest>
#include <QToolButton>

using namespace countersign;
using meaning::Effect;
using meaning::Finding;
using meaning::Severity;

namespace {

constexpr const char* recipient = "0x00000000000000000000000000000000000000cC";

meaning::Meaning payment()
{
    meaning::Meaning meaning;
    meaning.understood = true;
    meaning.intent = "Send 250 USDC";
    meaning.fields = {{"To", recipient, "transfer.to"}};
    meaning.effects = {{Effect::Direction::Out, "eip155:1/erc20:0xa0", Uint256(250'000'000), "250 USDC",
                        recipient, "250 USDC leave the wallet"},
                       {Effect::Direction::Fee, {}, Uint256(5), "5 wei", {}, "At most 5 wei of fees"}};
    meaning.findings = {{"recipient.tokenContract",
                         Severity::Critical,
                         "The recipient is the token itself",
                         "What arrives there is lost.",
                         {recipient}},
                        {"evm.note", Severity::Info, "<b>Bold</b>", "line\n\u202eback", {}}};
    return meaning;
}

bool hasLabel(const QWidget& widget, const QString& text)
{
    const auto labels = widget.findChildren<QLabel*>();
    return std::ranges::any_of(labels, [&](const QLabel* label) { return label->text() == text; });
}

}  // namespace

class MeaningViewTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsEveryEffectWithItsAccount()
    {
        MeaningView view;
        view.show(payment());
        QCOMPARE(view.effects()->count(), 2);
        QVERIFY(hasLabel(*view.effects(), QStringLiteral("250 USDC")));
        const auto accounts = view.effects()->findChildren<AddressView*>();
        QCOMPARE(accounts.size(), 1);
        QCOMPARE(accounts.first()->address(), QString::fromLatin1(recipient));
        QVERIFY(hasLabel(*view.effects(), QStringLiteral("→")));
    }

    /// Words from outside never become markup, and what hides is written out.
    void textOfFindingsIsPlain()
    {
        MeaningView view;
        view.show(payment());
        QCOMPARE(view.findings()->count(), 2);
        QVERIFY(hasLabel(*view.findings(), QStringLiteral("<b>Bold</b>")));
        QVERIFY(hasLabel(*view.findings(), QStringLiteral("line\n\\u{202E}back")));
        const auto labels = view.findChildren<QLabel*>();
        QVERIFY(std::ranges::all_of(
            labels, [](const QLabel* label) { return label->textFormat() == Qt::PlainText; }));
    }

    void anEmptyMeaningShowsNothing()
    {
        MeaningView view;
        view.show(payment());
        view.show({});
        QCOMPARE(view.effects()->count(), 0);
        QCOMPARE(view.findings()->count(), 0);
        QVERIFY(view.effects()->isHidden());
        QVERIFY(view.findings()->isHidden());
    }

    /// What has no place to break would push the buttons of the findings out of the window.
    void longDataDoesNotWidenIt()
    {
        meaning::Meaning meaning = payment();
        meaning.fields.push_back({"Data", "0x" + std::string(4000, 'f'), {}});
        MeaningView view;
        view.show(meaning);
        QVERIFY(view.minimumSizeHint().width() < 700);
    }

    /// Another desk may find something else.
    void whatDependsOnTheProfileSaysSo()
    {
        meaning::Meaning meaning = payment();
        meaning.findings.push_back({"job.duplicate", Severity::Critical, "Twice", "Signed already.", {}});
        MeaningView view;
        view.show(meaning);
        QVERIFY(hasLabel(*view.findings(), QStringLiteral("job.duplicate · of this profile")));
        QVERIFY(hasLabel(*view.findings(), QStringLiteral("recipient.tokenContract")));
    }

    void gravitiesAreSaidInWords()
    {
        QCOMPARE(stateText(Severity::Critical).tone, Tone::Bad);
        QCOMPARE(stateText(Severity::Error).word, QStringLiteral("Not checked"));
        for (const auto severity : {Severity::Info, Severity::Warning, Severity::Critical, Severity::Error}) {
            QVERIFY(!stateText(severity).word.isEmpty() && !stateText(severity).icon.isEmpty());
        }
    }

    void theButtonOpensTheFindingsPage()
    {
        MeaningView view;
        view.show(payment());
        view.findings()->findChildren<QToolButton*>().first()->click();
        const auto* page = view.findChild<FindingPage*>();
        QVERIFY(page != nullptr);
        QVERIFY(page->text().contains(QStringLiteral("recipient.tokenContract")));
        QVERIFY(page->text().size() > 200);
    }

    void anUnknownIdIsSaid()
    {
        const FindingPage page(QStringLiteral("no.such.finding"));
        QVERIFY(page.text().contains(QStringLiteral("There is no page about no.such.finding")));
    }
};

COUNTERSIGN_GUI_TEST(MeaningViewTest)
#include "MeaningView_test.moc"
