#pragma once

#include "ui/models/AddressModel.h"
#include "ui/pages/detail/AddressDetail.h"
#include "ui/pages/frame/PagedListPage.h"
#include "ui/session/control/AddressControl.h"
#include "ui/session/control/SettingsTrust.h"

namespace countersign {

class AddressDialog;
class AddressImportDialog;
class ExportButton;
class RemoveAddressesDialog;

/// The address book's page: what operators call addresses, with the tags and lists that policies ask for.
/// Entries are added, changed, removed, imported and exported here. A book that was changed outside the
/// programs can be looked at and exported, and is not written to.
class AddressesPage : public PagedListPage
{
    Q_OBJECT

public:
    static constexpr QLatin1StringView pageName{"addresses"};

    AddressesPage(ProfileReader& reader, AddressControl& control, const Clock& clock, WindowState& state,
                  QWidget* parent = nullptr);

    AddressModel* model() const { return m_model; }
    AddressDetail* detail() const { return m_detail; }

    void start() override;
    void refresh() override;
    bool isSettled() const override { return !m_readingLabels && PagedListPage::isSettled(); }
    /// Whether the book is as it was written.
    void setTrust(const SettingsTrust& trust);
    /// What is to be done about a doubted book; empty where it is not.
    QString doubt() const { return m_doubt; }
    /// The profile is unlocked, and the book is not doubted.
    bool canWrite() const { return m_control.isReady() && m_doubt.isEmpty(); }
    std::size_t numberSelected() const { return selectedIds().size(); }

    // What the menu and the keys call; nothing happens, and nullptr comes, where it cannot be done now.

    AddressDialog* add();
    AddressDialog* editSelected();
    /// Asks first.
    void removeSelected();
    void chooseImport();
    AddressImportDialog* importFrom(const QString& file);
    /// Of what the filter shows; also of a doubted book.
    void chooseExport();

Q_SIGNALS:
    void removalAsked(countersign::RemoveAddressesDialog* question);

protected:
    void applyFilter(const QString& text) override;
    void showEmpty() override;
    void onEmptyAction() override;

private:
    void buildTable();
    void buildControls();
    void buildActions();
    void buildDoubt();
    QAction* addKey(const QString& text, const QString& icon, const QKeySequence& keys,
                    std::function<void()> call);
    void readLabels();
    void fillChoice(QComboBox* box, const QString& name, const std::vector<std::string>& labels);
    void askToRemove(std::vector<AddressKey> keys, const std::vector<AddressEntry>& entries);
    std::vector<std::int64_t> selectedIds() const;
    void updateActions();

    ProfileReader& m_reader;
    AddressControl& m_control;
    std::shared_ptr<AddressIds> m_numbers;
    AddressModel* m_model = nullptr;
    AddressDetail* m_detail = nullptr;
    QComboBox* m_listChoice = nullptr;
    QComboBox* m_tagChoice = nullptr;
    QPushButton* m_add = nullptr;
    QPushButton* m_import = nullptr;
    QPushButton* m_remove = nullptr;
    ExportButton* m_export = nullptr;
    QAction* m_addAction = nullptr;
    QAction* m_editAction = nullptr;
    QAction* m_removeAction = nullptr;
    QAction* m_importAction = nullptr;
    QFrame* m_doubtPanel = nullptr;
    QLabel* m_doubtWords = nullptr;
    QLabel* m_problem = nullptr;
    QString m_doubt;
    bool m_started = false;
    bool m_readingLabels = false;
};

}  // namespace countersign
