#pragma once

#include "ui/pages/frame/Navigator.h"
#include "ui/pages/frame/Page.h"
#include "ui/review/ReviewDialog.h"
#include "ui/session/ProfileSession.h"
#include "ui/session/WindowState.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/navigation/EnvironmentBanner.h"
#include "ui/widgets/navigation/NavigationBar.h"
#include "ui/widgets/navigation/NoticeBar.h"
#include "ui/window/FreezeDialog.h"
#include "ui/window/StatusLine.h"
#include "ui/window/UnlockPane.h"

#include <QMainWindow>
#include <QStackedWidget>

class QActionGroup;

namespace countersign {

class ApproveSeveralDialog;
class ComposeDialog;
class FindDialog;
class DrillDialog;
class EmergencyDialog;
class RevokeDialog;

/// The main window, the frame around the pages: banner, navigation, notices, status line, menus and keys. It
/// asks the profile for nothing before it has been painted once (firstPainted), and never waits. Only the
/// page that is shown first is built before that; the others follow when somebody needs them, at the latest
/// right after the first paint.
class MainWindow : public QMainWindow, public Navigator
{
    Q_OBJECT

public:
    MainWindow(ProfileSession& session, ProfileReader& reader, WindowState& state, QWidget* parent = nullptr);

    /// By its name in PageTable; built when it was not yet.
    Page* page(QLatin1StringView name);
    template <typename PageClass>
    PageClass* page()
    {
        return qobject_cast<PageClass*>(page(PageClass::pageName));
    }
    QLatin1StringView shownPage() const;

    void showPage(QLatin1StringView name) override;
    void showFiltered(QLatin1StringView name, const QString& filter) override;
    void showRow(QLatin1StringView name, std::int64_t id) override;
    EnvironmentBanner* environmentBanner() const { return m_environmentBanner; }
    StatusLine* statusLine() const { return m_status; }
    UnlockPane* unlockPane() const { return m_unlock; }
    NoticeBar* notice() const { return m_notice; }
    NoticeBar* rollbackNotice() const { return m_rollbackNotice; }
    NoticeBar* freezeNotice() const { return m_freezeNotice; }
    NavigationBar* navigation() const { return m_navigation; }
    bool isUnlockShown() const;

    /// Nothing that is shown is being fetched.
    bool isSettled() const;
    /// Once a second by itself; tests call it after moving their clock.
    void tick();
    /// Shows the pages of a locked profile: what is readable without keys.
    void browseLocked();

    ReviewDialog* openReview(const QString& jobId) override;
    void startRejecting(const QString& jobId) override;
    void approveSeveral(const std::vector<std::int64_t>& rows) override { openSeveral(rows); }
    ApproveSeveralDialog* openSeveral(const std::vector<std::int64_t>& rows);
    void compose(const QString& walletId) override { openComposer(walletId); }
    /// One of them; it is kept, with its words.
    FindDialog* openFinder();
    ComposeDialog* openComposer(const QString& walletId = {});
    void revoke(const WalletSelection& selection) override;
    RevokeDialog* openRevoke(const WalletSelection& selection);
    EmergencyDialog* openEmergency();
    DrillDialog* openDrill();
    QPushButton* emergencyButton() const { return m_emergency; }
    void showRevocation(const QString& revocationId) override;
    void chooseJobFile() override;
    void openJobFile(const QString& file) override;

Q_SIGNALS:
    void firstPainted();

protected:
    void closeEvent(QCloseEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void buildFrame();
    void buildMenus();
    void buildJobMenu();
    void buildWalletMenu();
    void buildAddressMenu();
    void buildViewMenu();
    QAction* addAction(QMenu* menu, const QString& text, const QKeySequence& keys,
                       std::function<void()> call);
    void connectFrame();
    /// An index is a row's of PageTable, here and in m_pages, m_built and m_entries.
    Page* build(int index);
    /// Puts a page that was just built in the place of its blank one.
    void install(int index, Page* page);
    void showIndex(int index);
    Page* shown() const;
    QList<Page*> builtPages() const;
    void startReading();
    void refreshPages();
    void readCounts();
    void handleCounts(const ProfileCounts& counts);
    void onSessionChanged();
    void updateNotice();
    void updateRecordNotices();
    void openFreezeDialog(FreezeDialog::Purpose purpose);
    void showLiveness();
    void showTally();
    void updateDetailAction();
    void focusSearch();
    void showWalletOf(const QString& walletId);
    void showAbout();
    void useDescriptors(const QString& folder, const std::optional<Error>& problem);
    void submitFile(const Result<Bytes>& document, const QString& file);
    void complain(const QString& headline, const QString& sentence);
    int rememberedPage() const;

    ProfileSession& m_session;
    ProfileReader& m_reader;
    WindowState& m_state;
    EnvironmentBanner* m_environmentBanner = nullptr;
    NavigationBar* m_navigation = nullptr;
    QPushButton* m_emergency = nullptr;
    NoticeBar* m_notice = nullptr;
    NoticeBar* m_rollbackNotice = nullptr;
    NoticeBar* m_freezeNotice = nullptr;
    QStackedWidget* m_body = nullptr;  ///< pages, unlock pane or the state without a profile
    QStackedWidget* m_pages = nullptr;
    EmptyState* m_noProfile = nullptr;
    UnlockPane* m_unlock = nullptr;
    QList<Page*> m_built;  ///< nullptr until they are built
    StatusLine* m_status = nullptr;
    QList<NavigationButton*> m_entries;
    QAction* m_lockAction = nullptr;
    QAction* m_unlockAction = nullptr;
    QAction* m_retryAllAction = nullptr;
    QAction* m_detailAction = nullptr;
    QAction* m_emergencyAction = nullptr;
    QAction* m_freezeAction = nullptr;
    QAction* m_unfreezeAction = nullptr;
    QList<QAction*> m_jobActions;  ///< need an unlocked profile
    FindDialog* m_finder = nullptr;
    QTimer m_second;
    QTimer m_refreshSoon;
    bool m_painted = false;
    bool m_reading = false;
    bool m_browsing = false;
    bool m_countsPending = false;
};

}  // namespace countersign
