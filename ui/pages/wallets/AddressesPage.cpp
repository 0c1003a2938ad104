#include "ui/pages/wallets/AddressesPage.h"

#include "ui/addresses/AddressDialog.h"
#include "ui/addresses/AddressExport.h"
#include "ui/addresses/AddressImportDialog.h"
#include "ui/addresses/RemoveAddressesDialog.h"
#include "ui/export/ExportButton.h"
#include "ui/models/query/AddressQuery.h"
#include "ui/models/query/FilterText.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Panes.h"

#include <QAction>
#include <QComboBox>
#include <QFileDialog>
#include <QHeaderView>
#include <QVBoxLayout>

#include <algorithm>

namespace countersign {

AddressesPage::AddressesPage(ProfileReader& reader, AddressControl& control, const Clock& clock,
                             WindowState& state, QWidget* parent)
    : PagedListPage(pageName, tr("Addresses"), state, parent),
      m_reader(reader),
      m_control(control),
      m_numbers(std::make_shared<AddressIds>()),
      m_model(new AddressModel(reader, m_numbers, clock, this)),
      m_detail(new AddressDetail(reader, m_numbers, clock))
{
    buildTable();
    begin(m_model, m_detail,
          {tr("The address book cannot be read"),
           tr("Known tokens are chain:, tag: and list:; everything else is searched for in names and "
              "addresses."),
           tr("No address matches"), tr("No entry of the address book fits this filter.")});
    setFilterHelp(tr("Filter: name, address, tag:supplier list:allow"),
                  tr("Words match names and addresses.\nTokens: chain:evm, chain:sol, chain:eip155:1, "
                     "tag:supplier, list:allow, list:block"));
    buildDoubt();
    buildControls();
    buildActions();
    connect(m_detail, &AddressDetail::editWanted, this, &AddressesPage::editSelected);
    connect(m_model, &PagedTableModel::stateChanged, this, &AddressesPage::updateActions);
    connect(&m_control, &AddressControl::readyChanged, this, [this] {
        updateState();
        updateActions();
    });
    restoreState();
    updateState();
    updateActions();
}

void AddressesPage::buildTable()
{
    table()->setModel(m_model);
    table()->setAccessibleName(tr("Address book"));
    table()->setSortingEnabled(true);
    table()->setSelectionMode(QAbstractItemView::ExtendedSelection);
    table()->horizontalHeader()->setSortIndicator(AddressModel::Name, Qt::AscendingOrder);
    table()->setColumnWidths({140, 170, 130, 120, 110, 98});
    table()->setStretchColumn(AddressModel::Name);
    table()->setDropOrder(
        {AddressModel::Changed, AddressModel::Chain, AddressModel::Tags, AddressModel::Lists});
    // The identicon stands with the name.
    constexpr int longestGrouped = 44 + 10;
    table()->setRoomyColumn(
        AddressModel::Address,
        QFontMetrics(Theme::monospace(0.95)).horizontalAdvance(QString(longestGrouped, u'0')) + 18);
    connect(table()->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &AddressesPage::updateActions);
}

void AddressesPage::buildDoubt()
{
    m_doubtPanel = adviceFrame(this);
    auto* layout = new QVBoxLayout(m_doubtPanel);
    layout->setContentsMargins(12, 10, 12, 10);
    layout->setSpacing(4);
    layout->addWidget(plainLabel(tr("Changed outside Countersign: nothing of this book counts"), m_doubtPanel,
                                 Theme::font(1.0, QFont::DemiBold)));
    m_doubtWords = plainLabel({}, m_doubtPanel);
    m_doubtWords->setWordWrap(true);
    m_doubtWords->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout->addWidget(m_doubtWords);
    m_doubtPanel->hide();
    addHead(m_doubtPanel);
    m_problem = plainLabel({}, this);
    m_problem->setProperty("role", QStringLiteral("bad"));
    m_problem->setWordWrap(true);
    m_problem->hide();
    addHead(m_problem);
}

void AddressesPage::buildControls()
{
    addChoice(
        QStringLiteral("chain"), tr("Chain"),
        {{QStringLiteral("EVM"), QStringLiteral("evm")}, {QStringLiteral("Solana"), QStringLiteral("sol")}});
    m_listChoice = addChoice(QStringLiteral("list"), tr("List"), {});
    m_tagChoice = addChoice(QStringLiteral("tag"), tr("Tag"), {});
    for (QComboBox* box : {m_listChoice, m_tagChoice}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(11);
    }
    fillChoice(m_listChoice, tr("List"), {std::string(allowList), std::string(blockList)});
    m_add = new QPushButton(tr("Add …"), this);
    m_add->setProperty("role", QStringLiteral("primary"));
    m_add->setAccessibleName(tr("Add an address"));
    m_import = new QPushButton(tr("Import CSV …"), this);
    m_remove = new QPushButton(tr("Remove …"), this);
    m_remove->setAccessibleName(tr("Remove the selected addresses"));
    connect(m_add, &QPushButton::clicked, this, &AddressesPage::add);
    connect(m_import, &QPushButton::clicked, this, &AddressesPage::chooseImport);
    connect(m_remove, &QPushButton::clicked, this, &AddressesPage::removeSelected);
    addControl(m_add);
    addControl(m_import);
    addLastControl(m_remove);
    const auto shown = [model = m_model]() -> ExportTask::Write {
        return [filter = model->filter(), order = model->order()](Database& database, ExportSink& sink) {
            return exportAddressCsv(database, filter, order, sink);
        };
    };
    const auto all = []() -> ExportTask::Write {
        return [](Database& database, ExportSink& sink) { return exportAddressCsv(database, {}, {}, sink); };
    };
    m_export = new ExportButton(m_reader, QStringLiteral("addresses"),
                                {{tr("What the filter shows, as CSV …"), QStringLiteral("csv"), shown},
                                 {tr("The whole book, as CSV …"), QStringLiteral("csv"), all}},
                                this);
    addLastControl(m_export);
}

QAction* AddressesPage::addKey(const QString& text, const QString& icon, const QKeySequence& keys,
                               std::function<void()> call)
{
    auto* action = new QAction(themeIcon(icon), text, table());
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetShortcut);
    connect(action, &QAction::triggered, this, std::move(call));
    table()->addAction(action);
    return action;
}

void AddressesPage::buildActions()
{
    table()->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_addAction =
        addKey(tr("Add …"), QStringLiteral("plus"), QKeySequence(Qt::Key_Insert), [this] { add(); });
    m_editAction = addKey(tr("Edit …"), QStringLiteral("addresses"), QKeySequence(Qt::Key_F2),
                          [this] { editSelected(); });
    m_removeAction = addKey(tr("Remove …"), QStringLiteral("close"), QKeySequence(Qt::Key_Delete),
                            [this] { removeSelected(); });
    // The key itself is the table's.
    addKey(tr("Copy address\tCtrl+C"), QStringLiteral("copy"), {}, [this] { copySelection(); });
    m_importAction = addKey(tr("Import CSV …"), QStringLiteral("folder"), {}, [this] { chooseImport(); });
}

void AddressesPage::start()
{
    m_started = true;
    m_model->start();
    readLabels();
}

void AddressesPage::refresh()
{
    if (m_started) {
        PagedListPage::refresh();
        readLabels();
    }
}

void AddressesPage::readLabels()
{
    if (m_readingLabels) {
        return;
    }
    m_readingLabels = true;
    m_reader.query(
        this, [](Database& database) { return AddressCatalog(database).labels(); },
        [this](const Result<AddressCatalog::Labels>& labels) {
            m_readingLabels = false;
            if (!labels) {
                return;  // the list says it
            }
            std::vector<std::string> lists = {std::string(allowList), std::string(blockList)};
            std::ranges::copy_if(labels->lists, std::back_inserter(lists), [](const std::string& list) {
                return list != allowList && list != blockList;
            });
            fillChoice(m_listChoice, tr("List"), lists);
            fillChoice(m_tagChoice, tr("Tag"), labels->tags);
        });
}

void AddressesPage::fillChoice(QComboBox* box, const QString& name, const std::vector<std::string>& labels)
{
    const QString chosen = box->currentData().toString();
    while (box->count() > 1) {
        box->removeItem(1);
    }
    for (const std::string& label : labels) {
        const QString word = visibleText(label);
        box->addItem(tr("%1: %2").arg(name, word), word.toLower());
    }
    box->setCurrentIndex(std::max(0, box->findData(chosen)));
}

void AddressesPage::applyFilter(const QString& text)
{
    showChoices(FilterText::parse(text, AddressQuery::tokenNames()).tokens);
    apply(AddressQuery::parse(text), *m_model);
}

void AddressesPage::setTrust(const SettingsTrust& trust)
{
    m_doubt = trust.problem;
    for (const TrustFinding& finding : trust.findings) {
        if (finding.table == trustedTables::addressBook) {
            m_doubt = finding.sentence();
        }
    }
    m_doubtWords->setText(m_doubt);
    m_doubtPanel->setVisible(!m_doubt.isEmpty());
    updateState();
    updateActions();
}

void AddressesPage::showEmpty()
{
    if (!m_doubt.isEmpty()) {
        showState(QStringLiteral("mismatch"), tr("The address book is empty, and should not be"), m_doubt);
        return;
    }
    showState(
        QStringLiteral("addresses"), tr("No addresses yet"),
        tr("The address book gives addresses names, tags and lists. Reviews show the names; policies ask "
           "for tags and lists, as in \"only to addresses of the list allow\". Add one, or import a CSV "
           "file."),
        canWrite() ? tr("Add an address …") : QString());
}

void AddressesPage::onEmptyAction()
{
    add();
}

std::vector<std::int64_t> AddressesPage::selectedIds() const
{
    std::vector<std::int64_t> ids;
    if (isTableShown()) {
        for (const QItemSelectionRange& range : table()->selectionModel()->selection()) {
            for (int row = range.top(); row <= range.bottom(); ++row) {
                ids.push_back(m_model->idAt(row));
            }
        }
    }
    return ids;
}

void AddressesPage::updateActions()
{
    const bool can = canWrite();
    const std::size_t selected = selectedIds().size();
    const QString obstacle = !m_control.isReady() ? tr("Unlock the profile first.") : m_doubt;
    for (QPushButton* button : {m_add, m_import}) {
        button->setEnabled(can);
    }
    m_remove->setEnabled(can && selected > 0);
    m_detail->editButton()->setEnabled(can);
    for (QPushButton* button : {m_add, m_import, m_remove, m_detail->editButton()}) {
        button->setToolTip(plainToolTip(can ? QString() : obstacle));
    }
    m_addAction->setEnabled(can);
    m_importAction->setEnabled(can);
    m_editAction->setEnabled(can && selected == 1);
    m_removeAction->setEnabled(can && selected > 0);
}

AddressDialog* AddressesPage::add()
{
    if (!canWrite()) {
        return nullptr;
    }
    auto* dialog = new AddressDialog(AddressDialog::Purpose::Add, {}, m_reader, m_control, this);
    dialog->show();
    return dialog;
}

AddressDialog* AddressesPage::editSelected()
{
    const AddressRow* row =
        canWrite() && isTableShown() ? m_model->rowAt(table()->currentIndex().row()) : nullptr;
    if (row == nullptr) {
        return nullptr;
    }
    auto* dialog = new AddressDialog(AddressDialog::Purpose::Change, row->entry, m_reader, m_control, this);
    dialog->show();
    return dialog;
}

void AddressesPage::removeSelected()
{
    std::vector<AddressKey> keys = m_numbers->keys(selectedIds());
    if (!canWrite() || keys.empty()) {
        return;
    }
    m_reader.query(
        this, [keys](Database& database) { return AddressCatalog(database).entries(keys); },
        [this, keys](const Result<std::vector<std::optional<AddressEntry>>>& found) {
            std::vector<AddressKey> present;
            std::vector<AddressEntry> entries;
            for (std::size_t i = 0; found && i < found->size(); ++i) {
                if (const auto& entry = (*found)[i]) {
                    present.push_back(keys[i]);
                    entries.push_back(*entry);
                }
            }
            if (!entries.empty() && canWrite()) {
                askToRemove(std::move(present), entries);
            }
        });
}

void AddressesPage::askToRemove(std::vector<AddressKey> keys, const std::vector<AddressEntry>& entries)
{
    auto* question = new RemoveAddressesDialog(entries, this);
    connect(question, &RemoveAddressesDialog::confirmed, this, [this, keys = std::move(keys)] {
        m_control.remove(this, keys, [this](const Status& status) {
            m_problem->setText(status ? QString() : status.error().sentence);
            m_problem->setVisible(!status);
        });
    });
    question->open();
    Q_EMIT removalAsked(question);
}

void AddressesPage::chooseImport()
{
    if (!canWrite()) {
        return;
    }
    auto* chooser = new QFileDialog(this, tr("Import addresses"));
    chooser->setAttribute(Qt::WA_DeleteOnClose);
    chooser->setFileMode(QFileDialog::ExistingFile);
    chooser->setNameFilters({tr("CSV files (*.csv)"), tr("All files (*)")});
    connect(chooser, &QFileDialog::fileSelected, this, &AddressesPage::importFrom);
    chooser->open();
}

void AddressesPage::chooseExport()
{
    m_export->chooseFirst();
}

AddressImportDialog* AddressesPage::importFrom(const QString& file)
{
    if (!canWrite()) {
        return nullptr;
    }
    auto* dialog = new AddressImportDialog(m_control, file, this);
    dialog->show();
    return dialog;
}

}  // namespace countersign
