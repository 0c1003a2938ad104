#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/signing/JobFixture.h"
#include "tests/ui/ConsoleFixture.h"
#include "tests/ui/RecordedArrival.h"
#include "ui/pages/record/EventsPage.h"
#include "ui/pages/signing/JobsPage.h"
#include "ui/pages/wallets/WalletsPage.h"
#include "ui/text/AmountVisibility.h"
#include "ui/theme/Theme.h"

#include <QApplication>
#include <QHeaderView>
#include <QTest>

// The whole way from the jobs page to a decision with the keyboard alone, over the real desk.

using namespace countersign;
using namespace countersign::testing;
using State = ProfileSession::State;

namespace {

/// What a widget is seen through: the window, or the part of it that scrolls up and down.
const QWidget* frameOf(const QWidget* widget)
{
    for (const QWidget* parent = widget->parentWidget(); parent != nullptr; parent = parent->parentWidget()) {
        if (const auto* area = qobject_cast<const QAbstractScrollArea*>(parent)) {
            return area->viewport();
        }
    }
    return widget->window();
}

/// Buttons and texts of a window of which a part cannot be seen, or not without scrolling sideways.
QStringList clipped(const QWidget& window)
{
    QStringList names;
    for (const QWidget* widget : window.findChildren<QWidget*>()) {
        const auto* label = qobject_cast<const QLabel*>(widget);
        const auto* button = qobject_cast<const QPushButton*>(widget);
        if (!widget->isVisible() || widget->window() != &window || (label == nullptr && button == nullptr)) {
            continue;
        }
        const QString text = label != nullptr ? label->text() : button->text();
        const bool wraps = label != nullptr && label->wordWrap();
        const bool narrow = !text.isEmpty() && !wraps && widget->width() < widget->sizeHint().width();
        const bool low =
            !text.isEmpty() && wraps && widget->height() < widget->heightForWidth(widget->width());
        const QWidget* const frame = frameOf(widget);
        const QRect place(widget->mapTo(frame->window(), QPoint(0, 0)), widget->size());
        QRect seen(frame->mapTo(frame->window(), QPoint(0, 0)), frame->size());
        if (frame != &window) {
            seen.setTop(place.top());
            seen.setBottom(place.bottom());
        }
        if (narrow || low || !seen.contains(place)) {
            names << QStringLiteral("%1: %2").arg(QLatin1String(widget->metaObject()->className()), text);
        }
    }
    return names;
}

void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
{
    QWidget* const target =
        QApplication::focusWidget() != nullptr ? QApplication::focusWidget() : QApplication::activeWindow();
    QTest::keyClick(target, key, modifiers);
}

struct Desk
{
    ProfileFixture profile{{.wallets = 6, .healthy = true, .passphrase = false}};
    JobFixture jobs{profile};
    QString jobId;
    std::unique_ptr<ConsoleFixture> console;

    explicit Desk(const JobFixture::Shape& shape = {.origin = JobOrigin::Console, .reason = "Sign in"})
    {
        jobId = QString::fromStdString(jobs.add(shape));
        recordArrival(profile, job(), ManualClock(fixtureNow));
        console = std::make_unique<ConsoleFixture>(profile.folder());
        console->window().resize(1024, 700);
    }
    MainWindow& window() { return console->window(); }
    ReviewDialog* review() { return window().findChild<ReviewDialog*>(); }
    Job job() { return jobs.job(jobId.toStdString()); }
    int recorded(const std::string& kind)
    {
        return profile.database()
            .handle()
            .execAndGet("SELECT count(*) FROM audit WHERE kind = '" + kind + "'")
            .getInt();
    }
};

}  // namespace

class ReviewKeysTest : public QObject
{
    Q_OBJECT

private:
    /// From another page to the review of the selected job.
    static void openReview(Desk& desk)
    {
        desk.console->session().start();
        QTRY_COMPARE_WITH_TIMEOUT(desk.console->session().state(), State::Open, patienceMs);
        QVERIFY(QTest::qWaitForWindowActive(&desk.window(), patienceMs));
        QTRY_VERIFY_WITH_TIMEOUT(desk.window().isSettled(), patienceMs);
        press(Qt::Key_1, Qt::ControlModifier);
        press(Qt::Key_2, Qt::ControlModifier);
        QCOMPARE(desk.window().shownPage(), JobsPage::pageName);
        QVERIFY(desk.window().page<JobsPage>()->table()->hasFocus());
        QTRY_COMPARE_WITH_TIMEOUT(desk.window().page<JobsPage>()->selectedJob(), desk.jobId, patienceMs);
        press(Qt::Key_Return);
        QVERIFY(desk.review() != nullptr);
        desk.review()->setFriction(0, 0);
        QVERIFY(QTest::qWaitForWindowActive(desk.review(), patienceMs));
        QTRY_VERIFY_WITH_TIMEOUT(desk.review()->phase() == ReviewDialog::Phase::Ready, patienceMs);
        desk.review()->tick();
    }

    /// Everything that Tab reaches, in its order.
    static QList<QWidget*> tabOrder(const QWidget& window)
    {
        QList<QWidget*> order;
        while (order.size() < 100) {
            QWidget* const now = QApplication::focusWidget();
            if (now == nullptr || order.contains(now) || now->window() != &window) {
                break;
            }
            order << now;
            press(Qt::Key_Tab);
        }
        return order;
    }

    /// As soon as the layout has come to rest.
    static void whole(const QWidget& window)
    {
        QTRY_COMPARE_WITH_TIMEOUT(clipped(window).join(u'\n'), QString(), patienceMs);
    }

private Q_SLOTS:
    void initTestCase()
    {
        initialiseSodium();
        Theme::instance().apply(Theme::Mode::Light);
    }

    void rejects()
    {
        Desk desk;
        openReview(desk);
        press(Qt::Key_R, Qt::AltModifier);
        QTRY_VERIFY_WITH_TIMEOUT(desk.review()->reasonField()->hasFocus(), patienceMs);
        QTest::keyClicks(desk.review()->reasonField(), QStringLiteral("Unknown payee"));
        press(Qt::Key_Return);
        QCOMPARE(desk.job().state, JobState::Pending);
        press(Qt::Key_Tab);
        QVERIFY(desk.review()->confirmRejectButton()->hasFocus());
        press(Qt::Key_Space);
        QTRY_COMPARE_WITH_TIMEOUT(desk.job().state, JobState::Rejected, patienceMs);
        QCOMPARE(desk.job().operatorReason, std::string("Unknown payee"));
        QTRY_COMPARE_WITH_TIMEOUT(desk.review()->phase(), ReviewDialog::Phase::Ended, patienceMs);
        press(Qt::Key_Escape);
        QTRY_VERIFY_WITH_TIMEOUT(desk.review() == nullptr, patienceMs);
    }

    void approves()
    {
        Desk desk;
        openReview(desk);
        QTRY_VERIFY_WITH_TIMEOUT(desk.review()->approveButton()->isEnabled(), patienceMs);
        // Enter approves nothing, wherever the focus is.
        const QList<QWidget*> order = tabOrder(*desk.review());
        QVERIFY(order.contains(desk.review()->approveButton()));
        for (QWidget* widget : order) {
            if (widget != desk.review()->closeButton()) {
                widget->setFocus();
                press(Qt::Key_Return);
                press(Qt::Key_Enter);
            }
        }
        QTest::qWait(50);
        QCOMPARE(desk.recorded("job.approved"), 0);
        QCOMPARE(desk.job().state, JobState::Pending);
        press(Qt::Key_A, Qt::AltModifier);
        // There is no Dynamic in this test: approved and recorded, and then not begun.
        QTRY_COMPARE_WITH_TIMEOUT(desk.recorded("job.approved"), 1, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(!desk.review()->notice().isEmpty(), patienceMs);
    }

    /// Whoever holds Enter or the space bar down on the jobs page must not find a button that decides.
    void nothingThatDecidesHasTheFocusAtFirst()
    {
        Desk desk;
        openReview(desk);
        press(Qt::Key_Space);
        press(Qt::Key_Return);
        QTest::qWait(50);
        QCOMPARE(desk.recorded("job.approved"), 0);
        QCOMPARE(desk.job().state, JobState::Pending);
        QVERIFY(!desk.review()->approveButton()->hasFocus());
    }

    void waitsBeforeItLetsApprove()
    {
        Desk desk;
        openReview(desk);
        desk.review()->setFriction(600'000, 600'000);
        desk.review()->tick();
        press(Qt::Key_A, Qt::AltModifier);
        QTest::qWait(50);
        QCOMPARE(desk.recorded("job.approved"), 0);
    }

    void tabGoesFromContentToDecision()
    {
        Desk desk;
        openReview(desk);
        QTRY_VERIFY_WITH_TIMEOUT(desk.review()->approveButton()->isEnabled(), patienceMs);
        const QList<QWidget*> order = tabOrder(*desk.review());
        const auto place = [&](QWidget* widget) { return order.indexOf(widget); };
        ReviewDialog& review = *desk.review();
        QVERIFY(place(review.content()->tabBar()) == 0);
        QVERIFY(place(review.engines()->changeButton()) > 0);
        QVERIFY(place(review.rejectButton()) > place(review.engines()->changeButton()));
        QVERIFY(place(review.closeButton()) > place(review.rejectButton()));
        QVERIFY(place(review.approveButton()) > place(review.closeButton()));
        for (const QWidget* widget : order) {
            QVERIFY2(widget->isVisible() && !widget->visibleRegion().isEmpty(),
                     widget->metaObject()->className());
        }
    }

    void keysOpenEveryPart()
    {
        Desk desk;
        openReview(desk);
        ReviewDialog& review = *desk.review();
        press(Qt::Key_H, Qt::AltModifier);
        QCOMPARE(review.content()->currentIndex(), int(ContentView::Hashes));
        QVERIFY(review.content()->hashes()->code()->isVisible());
        press(Qt::Key_W, Qt::AltModifier);
        QCOMPARE(review.content()->currentIndex(), int(ContentView::Raw));
        press(Qt::Key_D, Qt::AltModifier);
        QCOMPARE(review.content()->currentIndex(), int(ContentView::Decoded));
        press(Qt::Key_E, Qt::AltModifier);
        QTRY_VERIFY_WITH_TIMEOUT(review.engines()->isOpen(), patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(!review.engines()->obstacle(EngineKind::Sdk).contains(u'…'), patienceMs);
        QVERIFY(review.engines()->obstacle(EngineKind::Sdk).contains(QStringLiteral("Not in this test")));
        press(Qt::Key_Escape);
        QVERIFY(review.isVisible());
        QVERIFY(!review.engines()->isOpen());
        QVERIFY(review.engines()->changeButton()->hasFocus());
        press(Qt::Key_C, Qt::AltModifier);
        QTRY_VERIFY_WITH_TIMEOUT(desk.review() == nullptr, patienceMs);
        QCOMPARE(desk.job().state, JobState::Pending);
    }

    /// With the detail pane open, which leaves the least room to a table.
    void everyTableFitsTheSmallWindow()
    {
        Desk desk;
        MainWindow& window = desk.window();
        QTRY_VERIFY_WITH_TIMEOUT(window.isSettled(), patienceMs);
        const QList<std::pair<QLatin1StringView, ListPage*>> pages = {
            {JobsPage::pageName, window.page<JobsPage>()},
            {WalletsPage::pageName, window.page<WalletsPage>()},
            {EventsPage::pageName, window.page<EventsPage>()}};
        for (const auto& [number, page] : pages) {
            window.showPage(number);
            QTRY_VERIFY_WITH_TIMEOUT(window.isSettled() && page->isDetailShown(), patienceMs);
            const DataTable& table = *page->table();
            QTRY_VERIFY_WITH_TIMEOUT(table.horizontalHeader()->length() <= table.viewport()->width(),
                                     patienceMs);
            whole(window);
        }
    }

    void nothingIsClipped_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::newRow("small") << QSize(1024, 700);
        QTest::newRow("usual") << QSize(1280, 800);
        QTest::newRow("large") << QSize(1920, 1080);
    }

    void nothingIsClipped()
    {
        QFETCH(const QSize, size);
        Desk desk({.kind = "evm.typedData",
                   .payload = std::string(R"({"typedData":)") + permitJson + "}",
                   .origin = JobOrigin::Console,
                   .reason = "Allowance for the exchange"});
        desk.window().resize(size);
        openReview(desk);
        whole(desk.window());
        DataTable& table = *desk.window().page<JobsPage>()->table();
        QVERIFY(!table.isColumnHidden(JobModel::State));
        QTRY_VERIFY_WITH_TIMEOUT(table.horizontalHeader()->length() <= table.viewport()->width(), patienceMs);
        ReviewDialog& review = *desk.review();
        // A dialog is never larger than the smallest window that it belongs to.
        review.resize(review.size().boundedTo(size - QSize(40, 60)));
        QVERIFY(review.width() <= size.width() && review.height() <= size.height());
        for (const int tab : {ContentView::Decoded, ContentView::Raw, ContentView::Hashes}) {
            review.content()->setCurrentIndex(tab);
            whole(review);
        }
        review.engines()->changeButton()->click();
        whole(review);
        review.startRejecting();
        whole(review);
    }

    /// A review that is open is explained anew with what the settings say now.
    void aFolderThatIsNotThereIsSaidInAnOpenReview()
    {
        Desk desk;
        openReview(desk);
        FindingsView& findings = *desk.review()->content()->meaning()->findings();
        QTRY_VERIFY_WITH_TIMEOUT(desk.review()->approveButton()->isEnabled(), patienceMs);
        const int before = findings.count();
        std::optional<Status> set;
        desk.console->session().settings().set(this, QStringLiteral("descriptors.folder"),
                                               QStringLiteral("/no/such/folder"),
                                               [&set](const Status& status) { set = status; });
        QTRY_VERIFY_WITH_TIMEOUT(set.has_value() && findings.count() == before + 1, patienceMs);
        QVERIFY(set->has_value());
        set.reset();
        desk.console->session().settings().set(this, QStringLiteral("descriptors.folder"), {},
                                               [&set](const Status& status) { set = status; });
        QTRY_VERIFY_WITH_TIMEOUT(set.has_value() && findings.count() == before, patienceMs);
    }

    void theAmountsKeyIsOneForAllWindows()
    {
        Desk desk;
        openReview(desk);
        press(Qt::Key_H, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(AmountVisibility::instance().isHidden());
        press(Qt::Key_Escape);
        QTRY_VERIFY_WITH_TIMEOUT(desk.review() == nullptr, patienceMs);
        desk.window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&desk.window(), patienceMs));
        press(Qt::Key_H, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(!AmountVisibility::instance().isHidden());
    }
};

COUNTERSIGN_GUI_TEST(ReviewKeysTest)
#include "ReviewKeys_test.moc"
