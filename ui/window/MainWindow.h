#pragma once

#include "ui/pages/EventsPage.h"
#include "ui/pages/JobsPage.h"
#include "ui/pages/OverviewPage.h"
#include "ui/pages/QuarantinePage.h"
#include "ui/pages/SettingsPage.h"
#include "ui/pages/WalletsPage.h"
#include "ui/review/ReviewDialog.h"
#include "ui/session/ProfileSession.h"
#include "ui/widgets/EnvironmentBanner.h"
#include "ui/widgets/NavigationBar.h"
#include "ui/widgets/NoticeBar.h"
#include "ui/window/StatusLine.h"
#include "ui/window/UnlockPane.h"

#include <QMainWindow>

class QActionGroup;

namespace countersign {

class ComposeDialog;

/// The main window, the frame around the pages: banner, navigation, notices, status line, menus and keys. It
/// asks the profile for nothing before it has been painted once (firstPainted), and never waits. Only the
/// page that is shown first is built before that; the others follow when somebody needs them, at the latest
/// right after the first paint.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    enum Page { Overview, Jobs, Wallets, Events, Quarantine, SettingsOfProfile, PageCount };

    MainWindow(ProfileSession& session, ProfileReader& reader, WindowState& state, QWidget* parent = nullptr);

    void showPage(Page page);
    Page page() const;
    WalletsPage* wallets();
    EventsPage* events();
    QuarantinePage* quarantine();
    OverviewPage* overview();
    JobsPage* jobs();
    SettingsPage* settings();
    EnvironmentBanner* environmentBanner() const { return m_environmentBanner; }
    StatusLine* statusLine() const { return m_status; }
    UnlockPane* unlockPane() const { return m_unlock; }
    NoticeBar* notice() const { return m_notice; }
    NavigationBar* navigation() const { return m_navigation; }
    bool isUnlockShown() const;

    /// Nothing that is shown is being fetched.
    bool isSettled() const;
    /// Once a second by itself; tests call it after moving their clock.
    void tick();
    /// Shows the pages of a locked profile: what is readable without keys.
    void browseLocked();

    /// One review per job: a second request brings the first to the front.
    ReviewDialog* openReview(const QString& jobId);
    /// walletId may be empty: the operator chooses.
    ComposeDialog* openComposer(const QString& walletId = {});
    /// Submits the document in this file and opens its review.
    void openJobFile(const QString& file);

Q_SIGNALS:
    void firstPainted();

protected:
    void closeEvent(QCloseEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    struct Counts
    {
        std::int64_t wallets = 0;
        std::int64_t events = 0;
        QuarantineCatalog::Counts quarantine;
        std::int64_t cursor = 0;
        JobCatalog::Counts jobs;
        std::optional<UnixMillis> lastContact;
        std::string environment;
    };
    void buildFrame();
    void buildMenus();
    void buildJobMenu();
    void buildViewMenu();
    QAction* addAction(QMenu* menu, const QString& text, const QKeySequence& keys,
                       std::function<void()> call);
    void connectFrame();
    /// Puts a page that was just built in the place of its blank one.
    void install(Page number, QWidget* page);
    void installList(Page number, ListPage* page);
    void build(Page page);
    void start(Page page);
    void startReading();
    void refreshPages();
    QList<ListPage*> builtLists() const;
    void readCounts();
    void handleCounts(const Counts& counts);
    void onSessionChanged();
    void updateNotice();
    void showLiveness();
    ListPage* listPage() const;
    void goBack();
    void openWallet(const QString& walletId);
    void openDelivery(qint64 deliveryId);
    /// The review of the job that a delivery is about; otherwise is called where it is about none.
    void openJobOf(qint64 deliveryId, std::function<void()> otherwise);
    void showAbout();
    void chooseJobFile();
    void submitFile(const Result<Bytes>& document, const QString& file);
    void complain(const QString& headline, const QString& sentence);
    Page rememberedPage() const;

    ProfileSession& m_session;
    ProfileReader& m_reader;
    WindowState& m_state;
    EnvironmentBanner* m_environmentBanner;
    NavigationBar* m_navigation;
    NoticeBar* m_notice;
    QStackedWidget* m_body;  ///< pages, unlock pane or the state without a profile
    QStackedWidget* m_pages;
    EmptyState* m_noProfile;
    UnlockPane* m_unlock;
    OverviewPage* m_overview = nullptr;  ///< pages are nullptr until they are built
    WalletsPage* m_wallets = nullptr;
    EventsPage* m_events = nullptr;
    QuarantinePage* m_quarantine = nullptr;
    JobsPage* m_jobs = nullptr;
    SettingsPage* m_settings = nullptr;
    StatusLine* m_status;
    QList<NavigationButton*> m_entries;
    QAction* m_lockAction = nullptr;
    QAction* m_unlockAction = nullptr;
    QAction* m_retryAllAction = nullptr;
    QAction* m_detailAction = nullptr;
    QList<QAction*> m_jobActions;  ///< need an unlocked profile
    QTimer m_second;
    QTimer m_refreshSoon;
    bool m_painted = false;
    bool m_reading = false;
    bool m_browsing = false;
    bool m_countsPending = false;
};

}  // namespace countersign
