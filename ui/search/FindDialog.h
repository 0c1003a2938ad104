#pragma once

#include "ui/models/AuditModel.h"
#include "ui/models/DeliveryModel.h"
#include "ui/models/JobModel.h"
#include "ui/models/RevocationHitModel.h"
#include "ui/models/WalletModel.h"
#include "ui/models/paging/FoundModel.h"
#include "ui/session/WindowState.h"
#include "ui/widgets/table/DataTable.h"

#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QTimer>
#include <QToolButton>

#include <functional>

namespace countersign {

/// The dialog that finds. One field searches everything of the profile: wallets, jobs, events, revocations,
/// record, each in its own list (SearchQuery is its language). Searches can be kept, per
/// profile. It has a reader of its own, so that no page waits for it.
class FindDialog : public QDialog
{
    Q_OBJECT

public:
    /// reader: the window's, for its file and its explainer.
    FindDialog(const ProfileReader& reader, JobControl& jobs, const Clock& clock, WindowState& state,
               QWidget* parent = nullptr);

    /// Ctrl+K: to the front, with the words selected.
    void begin();
    void setText(const QString& text);
    QLineEdit* field() const { return m_field; }
    QTabWidget* tabs() const { return m_tabs; }
    /// Shown where the list that is shown goes on.
    QPushButton* moreButton() const { return m_more; }
    QString notice() const { return m_notice->text(); }
    bool isSettled() const;
    /// The row that is selected in the list that is shown.
    void openSelected();

    QStringList saved() const;
    void saveCurrent();
    void forget(const QString& text);

Q_SIGNALS:
    void walletFound(qint64 row);
    void jobFound(qint64 row);
    void eventFound(qint64 row);
    void recordFound(qint64 row);
    /// A revocation of this wallet.
    void walletIdFound(const QString& walletId);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct List
    {
        PagedTableModel* model;
        DataTable* table;
        QString name;
        std::function<void()> goOn;
    };
    DataTable* addList(PagedTableModel* model, const QString& name, std::function<void()> goOn);
    void buildField();
    void buildLists();
    void search();
    void updateTabs();
    void updateMore();
    void showFirstWithHits();
    void fillSaved();

    WindowState& m_state;
    ProfileReader m_reader;
    FoundModel<WalletModel, SearchGroup::Wallets>* m_wallets = nullptr;
    FoundModel<JobModel, SearchGroup::Jobs>* m_jobs = nullptr;
    FoundModel<DeliveryModel, SearchGroup::Events>* m_events = nullptr;
    FoundModel<RevocationHitModel, SearchGroup::Revocations>* m_revocations = nullptr;
    FoundModel<AuditModel, SearchGroup::Record>* m_record = nullptr;
    QLineEdit* m_field = nullptr;
    QToolButton* m_saved = nullptr;
    QLabel* m_notice = nullptr;
    QPushButton* m_more = nullptr;
    QTabWidget* m_tabs = nullptr;
    QList<List> m_lists;
    QTimer m_searchSoon;
    bool m_isSearching = false;
};

}  // namespace countersign
