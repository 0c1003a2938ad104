#include "ui/window/Screenshots.h"

#include "ui/compose/ComposeDialog.h"
#include "ui/compose/SplForm.h"
#include "ui/pages/OverviewPage.h"
#include "ui/pages/dialogs/KeyUseDialog.h"
#include "ui/pages/frame/PageTable.h"
#include "ui/pages/record/EventsPage.h"
#include "ui/pages/signing/JobsPage.h"
#include "ui/pages/wallets/HealthPage.h"
#include "ui/pages/wallets/WalletsPage.h"
#include "ui/search/FindDialog.h"
#include "ui/theme/Theme.h"

#include <QComboBox>
#include <QDir>
#include <QPixmap>

namespace countersign {

namespace {
constexpr int pollMs = 40;
constexpr int patienceMs = 30'000;
constexpr int nodeMs = 5'000;
constexpr int restMs = 120;  ///< after everything was fetched: layouts and repaints settle
}  // namespace

Screenshots::Screenshots(MainWindow& window, ProfileSession& session, QString folder, QObject* parent)
    : QObject(parent), m_window(window), m_session(session), m_folder(std::move(folder))
{
    m_poll.setInterval(pollMs);
    connect(&m_poll, &QTimer::timeout, this, &Screenshots::advance);
}

void Screenshots::restrictTo(const QString& theme, const QSize& size)
{
    m_theme = theme;
    m_size = size;
}

void Screenshots::start()
{
    if (!QDir().mkpath(m_folder)) {
        Q_EMIT finished(0, tr("The folder %1 cannot be made.").arg(m_folder));
        return;
    }
    plan();
    m_poll.start();
}

bool Screenshots::sessionAtRest() const
{
    using State = ProfileSession::State;
    return m_session.state() != State::Opening && m_session.state() != State::Unlocking;
}

void Screenshots::add(const QString& name, std::function<void()> prepare)
{
    m_steps.append(Step{name + m_suffix, std::move(prepare),
                        [this] { return sessionAtRest() && m_window.isSettled(); }, &m_window});
}

void Screenshots::plan()
{
    const QStringList themes = m_theme.isEmpty()
                                   ? QStringList{QStringLiteral("light"), QStringLiteral("dark")}
                                   : QStringList{m_theme};
    const QList<QSize> sizes =
        m_size.isEmpty() ? QList<QSize>{{1280, 800}, {1920, 1080}} : QList<QSize>{m_size};
    for (const QString& theme : themes) {
        for (const QSize& size : sizes) {
            planRound(theme, size);
        }
    }
}

void Screenshots::planRound(const QString& theme, const QSize& size)
{
    m_suffix = QStringLiteral("-%1-%2x%3").arg(theme).arg(size.width()).arg(size.height());
    add(QStringLiteral("unlock"), [this, theme, size] {
        Theme::instance().apply(Theme::modeFrom(theme));
        m_window.resize(size);
    });
    m_steps.last().ready = [this] { return sessionAtRest(); };
    add(QStringLiteral("browse"), [this] {
        if (m_session.state() != ProfileSession::State::Open) {
            m_window.browseLocked();
        }
    });
    m_steps.last().isPicture = false;
    for (const PageTable::Row& row : PageTable::rows()) {
        addPage(row.name, row.name, {});
    }
    addPage(QLatin1StringView("wallets-table"), WalletsPage::pageName, {});
    m_steps.last().prepare = [this, prepare = m_steps.last().prepare] {
        prepare();
        m_window.page<WalletsPage>()->setDetailShown(false);
    };
    addPage(QLatin1StringView("wallets-problems"), WalletsPage::pageName, QStringLiteral("is:problem"));
    addPage(QLatin1StringView("wallets-nothing-found"), WalletsPage::pageName,
            QStringLiteral("status:active zzz"));
    addPage(QLatin1StringView("events-quarantined"), EventsPage::pageName,
            QStringLiteral("verdict:quarantined"));
    addJobs();
    addFinder();
    addNoProfile(m_suffix, size);
}

void Screenshots::show(QLatin1StringView page, const QString& filter)
{
    if (m_window.shownPage() != page) {
        m_window.page(m_window.shownPage())->setFilterText({});
    }
    m_window.showFiltered(page, filter);
}

void Screenshots::addPage(const QString& picture, QLatin1StringView name, const QString& filter)
{
    add(picture, [this, name, filter] {
        Page* page = m_window.page(name);
        page->setDetailShown(true);
        show(name, filter);
        // The keyboard is at the list of a page that has one; elsewhere a caret would only distract.
        if (QWidget* focus = m_window.focusWidget(); focus != nullptr && !page->hasDetail()) {
            focus->clearFocus();
        }
    });
}

void Screenshots::addJobs()
{
    addReview(QStringLiteral("review-transfer"), QStringLiteral("4711"));
    addReview(QStringLiteral("review-typed-data"), QStringLiteral("allowance"));
    addReview(QStringLiteral("review-hashes"), QStringLiteral("allowance"),
              [](ReviewDialog& review) { review.content()->setCurrentIndex(ContentView::Hashes); });
    addReview(QStringLiteral("review-rejecting"), QStringLiteral("allowance"),
              [](ReviewDialog& review) { review.startRejecting(); });
    addReview(QStringLiteral("review-unreadable"), QStringLiteral("treasury"));
    addReview(QStringLiteral("review-solana"), QStringLiteral("state:pending chain:sol"));
    addReview(QStringLiteral("review-message"), QStringLiteral("sign in state:pending"));
    addReview(QStringLiteral("review-running"), QStringLiteral("state:broadcast"));
    addReview(QStringLiteral("review-done"), QStringLiteral("state:confirmed"));
    addReview(QStringLiteral("review-interrupted"), QStringLiteral("state:interrupted"));
    addComposer();
}

ComposeDialog* Screenshots::composer() const
{
    return qobject_cast<ComposeDialog*>(m_dialog.data());
}

void Screenshots::addComposer()
{
    const auto settled = [this] {
        return sessionAtRest() && m_window.isSettled() && composer() != nullptr && composer()->isSettled();
    };
    add(QStringLiteral("composer"), [this] {
        show(JobsPage::pageName, {});
        m_dialog = m_window.openComposer();
        m_steps[m_next].widget = m_dialog;
    });
    m_steps.last().ready = settled;
    add(QStringLiteral("composer-wallet"), [this] {
        const WalletModel* wallets = composer()->wallets();
        for (int row = 0; row < wallets->rowCount(); ++row) {
            if (const Wallet* wallet = wallets->rowAt(row); wallet != nullptr && wallet->chain == "SVM") {
                composer()->setWallet(QString::fromStdString(wallet->walletId));
                return;
            }
        }
    });
    m_steps.last().isPicture = false;
    m_steps.last().ready = [this, settled] {
        return settled() && composer()->walletTable()->currentIndex().isValid();
    };
    add(QStringLiteral("composer-spl"), [this] {
        QComboBox* kinds = composer()->kindBox();
        for (int kind = 0; kind < kinds->count() && qobject_cast<SplForm*>(composer()->form()) == nullptr;
             ++kind) {
            kinds->setCurrentIndex(kind);
        }
        const auto type = [form = composer()->form()](DraftField field, QLatin1StringView text) {
            if (QLineEdit* line = form->field(field)) {
                line->setText(text);
            }
        };
        // What tools/pictures-node.py knows of.
        type(DraftField::Token, QLatin1StringView("G7CtwbX5m18qmvNENEVuPxtXoN3MubkQygPLm7wkfu55"));
        type(DraftField::To, QLatin1StringView("E4rsmC9D8UHDwMNEmA6NBqQo8S8wvh4wMdNsDWES3FwT"));
        type(DraftField::Amount, QLatin1StringView("1.5"));
        m_steps[m_next].widget = m_dialog;
    });
    m_steps.last().ready = [this, settled] {
        const auto* form = qobject_cast<SplForm*>(composer()->form());
        // Where no node is set there is nothing to wait for.
        return settled() && (form == nullptr || form->facts() || m_since.elapsed() > nodeMs);
    };
}

void Screenshots::addFinder()
{
    add(QStringLiteral("find"), [this] {
        if (m_dialog) {
            m_dialog->close();
        }
        FindDialog* finder = m_window.openFinder();
        finder->setText(QStringLiteral("status:active chain:sol"));
        m_dialog = finder;
        m_steps[m_next].widget = m_dialog;
    });
    m_steps.last().ready = [this] {
        const auto* finder = qobject_cast<FindDialog*>(m_dialog.data());
        return finder != nullptr && finder->isSettled();
    };
    add(QStringLiteral("health-keys"), [this] {
        if (m_dialog) {
            m_dialog->close();
        }
        show(HealthPage::pageName, {});
        m_dialog = m_window.page<HealthPage>()->openKeys();
        m_steps[m_next].widget = m_dialog;
    });
    m_steps.last().ready = [this] {
        const auto* keys = qobject_cast<KeyUseDialog*>(m_dialog.data());
        return keys != nullptr && keys->isSettled();
    };
}

void Screenshots::addReview(const QString& name, const QString& filter,
                            std::function<void(ReviewDialog&)> open)
{
    // Two steps: the filter has to have found the job before its review can be opened.
    add(QStringLiteral("jobs-") + name, [this, filter] {
        if (m_dialog) {
            m_dialog->close();
        }
        show(JobsPage::pageName, filter);
    });
    m_steps.last().isPicture = false;
    add(name, [this, open = std::move(open)] {
        const QString jobId = m_window.page<JobsPage>()->selectedJob();
        if (!jobId.isEmpty()) {
            ReviewDialog* review = m_window.openReview(jobId);
            review->setFriction(0, 0);
            review->resize(940, 700);  // as on a usual screen, whatever there is
            if (open) {
                open(*review);
            }
            m_dialog = review;
            m_steps[m_next].widget = review;
        }
    });
    m_steps.last().ready = [this] {
        const auto* review = qobject_cast<ReviewDialog*>(m_dialog.data());
        const bool prepared = review == nullptr || (review->phase() != ReviewPhase::Loading &&
                                                    review->phase() != ReviewPhase::Preparing);
        return sessionAtRest() && m_window.isSettled() && prepared;
    };
}

void Screenshots::addNoProfile(const QString& suffix, const QSize& size)
{
    Step step;
    step.name = QStringLiteral("no-profile") + suffix;
    step.prepare = [this, size] {
        if (m_dialog) {
            m_dialog->close();
        }
        m_emptyWindow.reset();
        m_emptyReader.reset();
        m_emptySession.reset();
        const ProfilePaths nowhere(std::filesystem::path("/nonexistent") / "countersign");
        m_emptySession = std::make_unique<ProfileSession>(
            SessionParts{nowhere, &m_session.clock(), [] { return std::shared_ptr<RootKeyStore>(); }, {}});
        m_emptyReader = std::make_unique<ProfileReader>(nowhere.database());
        m_emptyState = std::make_unique<WindowState>(nowhere.root);
        m_emptyWindow = std::make_unique<MainWindow>(*m_emptySession, *m_emptyReader, *m_emptyState);
        m_emptyWindow->resize(size);
        m_emptyWindow->show();
        m_emptySession->start();
        m_steps[m_next].widget = m_emptyWindow.get();
    };
    step.ready = [this] { return m_emptySession->state() == ProfileSession::State::NoProfile; };
    m_steps.append(std::move(step));
}

void Screenshots::begin()
{
    m_begun = true;
    m_since.start();
    m_steps[m_next].prepare();
}

void Screenshots::advance()
{
    if (m_next == m_steps.size()) {
        m_poll.stop();
        m_emptyWindow.reset();
        Q_EMIT finished(m_next, {});
        return;
    }
    if (!m_begun) {
        begin();
        return;
    }
    const Step& step = m_steps.at(m_next);
    if (!step.ready()) {
        if (m_since.elapsed() > patienceMs) {
            m_poll.stop();
            Q_EMIT finished(0, tr("%1 did not come to rest.").arg(step.name));
        }
        return;
    }
    if (m_since.elapsed() < restMs) {
        return;
    }
    // The unlock pane exists for profiles that are locked only.
    const bool skip = step.name.startsWith(QLatin1String("unlock")) && !m_window.isUnlockShown();
    if (!skip && step.isPicture && !save(step)) {
        m_poll.stop();
        Q_EMIT finished(0, tr("%1 cannot be written.").arg(step.name));
        return;
    }
    ++m_next;
    m_begun = false;
}

bool Screenshots::save(const Step& step)
{
    return step.widget &&
           step.widget->grab().save(QDir(m_folder).filePath(step.name + QStringLiteral(".png")), "PNG", 20);
}

}  // namespace countersign
