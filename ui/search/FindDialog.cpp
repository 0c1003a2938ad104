#include "ui/search/FindDialog.h"

#include "ui/theme/Icons.h"
#include "ui/widgets/Labels.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLocale>
#include <QMenu>

#include <algorithm>
#include <utility>

namespace countersign {

namespace {

constexpr int searchDelayMs = 120;
constexpr int mostSaved = 30;
const QString savedKey = QStringLiteral("search/saved");

QString searchHint()
{
    return FindDialog::tr(
        "Words are parts of addresses, ids, users and reasons; of events, beginnings. Names: status: chain: "
        "health: kind: reason: user: wallet: address: event: job: submitter: verdict: before: after: — as in "
        "kind:job reason:\"lost laptop\" before:2026-01-01");
}

}  // namespace

FindDialog::FindDialog(const ProfileReader& reader, JobControl& jobs, const Clock& clock, WindowState& state,
                       QWidget* parent)
    : QDialog(parent),
      m_state(state),
      m_reader(reader.file(), nullptr, reader.explainer()),
      m_wallets(new FoundModel<WalletModel, SearchGroup::Wallets>(m_reader, clock, this)),
      m_jobs(new FoundModel<JobModel, SearchGroup::Jobs>(m_reader, jobs, clock, this)),
      m_events(new FoundModel<DeliveryModel, SearchGroup::Events>(m_reader, clock, this)),
      m_revocations(new FoundModel<RevocationHitModel, SearchGroup::Revocations>(m_reader, clock, this)),
      m_record(new FoundModel<AuditModel, SearchGroup::Record>(m_reader, clock, this))
{
    setWindowTitle(tr("Find"));
    buildField();
    buildLists();
    m_searchSoon.setSingleShot(true);
    m_searchSoon.setInterval(searchDelayMs);
    connect(&m_searchSoon, &QTimer::timeout, this, &FindDialog::search);
    connect(m_field, &QLineEdit::textChanged, &m_searchSoon, qOverload<>(&QTimer::start));
    resize(900, 520);
    search();
}

void FindDialog::buildField()
{
    m_field = new QLineEdit(this);
    m_field->setClearButtonEnabled(true);
    m_field->setAccessibleName(tr("Find in wallets, jobs, events, revocations and the record"));
    m_field->setPlaceholderText(tr("Address, user, id, reason … status:active chain:sol before:2026-01-01"));
    m_field->addAction(themeIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_field->setMaxLength(static_cast<int>(SearchQuery::maxBytes));
    m_field->installEventFilter(this);
    m_saved = new QToolButton(this);
    m_saved->setText(tr("Saved"));
    m_saved->setAccessibleName(tr("Saved searches"));
    m_saved->setPopupMode(QToolButton::InstantPopup);
    m_saved->setMenu(new QMenu(m_saved));
    connect(m_saved->menu(), &QMenu::aboutToShow, this, &FindDialog::fillSaved);
    m_notice = mutedLabel(searchHint(), this);
    m_notice->setWordWrap(true);
    m_more = new QPushButton(this);
    m_more->setAutoDefault(false);
    m_more->setText(tr("Older …"));
    m_more->setToolTip(
        tr("What stands behind the last row. The same words from the start show the newest again."));
    m_more->hide();
    connect(m_more, &QPushButton::clicked, this, [this] {
        m_isSearching = true;
        m_lists.at(m_tabs->currentIndex()).goOn();
    });
    m_tabs = new QTabWidget(this);
    m_tabs->setDocumentMode(true);
    m_tabs->setAccessibleName(tr("What was found"));

    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(m_field, 1);
    head->addWidget(m_saved);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(8);
    layout->addLayout(head);
    auto* line = new QHBoxLayout;
    line->setSpacing(8);
    line->addWidget(m_notice, 1);
    line->addWidget(m_more, 0, Qt::AlignTop);
    layout->addLayout(line);
    layout->addWidget(m_tabs, 1);
}

void FindDialog::buildLists()
{
    addList(m_wallets, tr("Wallets"), [this] {
        m_wallets->goOn();
    })->setColumnWidths({226, 84, 168, 120, 160, 98, 98});
    DataTable* jobs = addList(m_jobs, tr("Jobs"), [this] { m_jobs->goOn(); });
    jobs->setColumnWidths({214, 164, 130, 116, 104, 98});
    jobs->setStretchColumn(JobModel::What);
    DataTable* events = addList(m_events, tr("Events"), [this] { m_events->goOn(); });
    events->setColumnWidths({140, 228, 178, 110, 80});
    events->setStretchColumn(DeliveryModel::Name);
    DataTable* revocations = addList(m_revocations, tr("Revocations"), [this] { m_revocations->goOn(); });
    revocations->setColumnWidths({110, 226, 300, 110});
    revocations->setStretchColumn(RevocationHitModel::Reason);
    DataTable* record = addList(m_record, tr("Record"), [this] { m_record->goOn(); });
    record->setColumnWidths({90, 200, 320, 110});
    record->setStretchColumn(AuditModel::Subject);
    connect(m_tabs, &QTabWidget::currentChanged, this, &FindDialog::updateMore);
}

DataTable* FindDialog::addList(PagedTableModel* model, const QString& name, std::function<void()> goOn)
{
    auto* table = new DataTable(m_tabs);
    table->setModel(model);
    table->setAccessibleName(name);
    m_tabs->addTab(table, name);
    m_lists.append({model, table, name, std::move(goOn)});
    connect(table, &DataTable::opened, this, &FindDialog::openSelected);
    connect(model, &PagedTableModel::stateChanged, this, &FindDialog::updateTabs);
    connect(model, &QAbstractItemModel::modelReset, this, &FindDialog::updateTabs);
    return table;
}

void FindDialog::begin()
{
    show();
    raise();
    activateWindow();
    m_field->setFocus(Qt::ShortcutFocusReason);
    m_field->selectAll();
    if (!m_searchSoon.isActive()) {
        search();  // the profile has changed since
    }
}

void FindDialog::setText(const QString& text)
{
    m_field->setText(text);
    m_searchSoon.stop();
    search();
}

bool FindDialog::isSettled() const
{
    return !m_searchSoon.isActive() && m_reader.isIdle() &&
           std::all_of(m_lists.begin(), m_lists.end(),
                       [](const List& list) { return list.model->isSettled(); });
}

void FindDialog::search()
{
    const auto parsed = SearchQuery::parse(m_field->text().toStdString());
    m_notice->setText(parsed ? searchHint() : parsed.error().sentence);
    const SearchQuery query = parsed.value_or(SearchQuery());
    m_isSearching = true;
    // What indexes know comes first.
    m_jobs->search(query);
    m_events->search(query);
    m_revocations->search(query);
    m_record->search(query);
    m_wallets->search(query);
}

void FindDialog::updateTabs()
{
    bool isAnyLoading = false;
    for (int i = 0; i < m_lists.size(); ++i) {
        const List& list = m_lists.at(i);
        const int rows = list.model->rowCount();
        const bool isFailed = list.model->state() == PagedTableModel::State::Failed;
        isAnyLoading = isAnyLoading || list.model->state() == PagedTableModel::State::Loading;
        m_tabs->setTabText(i, isFailed    ? tr("%1: not read").arg(list.name)
                              : rows == 0 ? list.name
                              : rows >= SearchCatalog::most
                                  ? tr("%1 %2 or more").arg(list.name, QLocale().toString(rows))
                                  : tr("%1 %2").arg(list.name, QLocale().toString(rows)));
        if (isFailed) {
            m_notice->setText(list.model->error().sentence);
        }
    }
    if (!isAnyLoading && std::exchange(m_isSearching, false)) {
        showFirstWithHits();
    }
    updateMore();
}

void FindDialog::updateMore()
{
    m_more->setVisible(m_lists.at(m_tabs->currentIndex()).model->rowCount() >= SearchCatalog::most);
}

void FindDialog::showFirstWithHits()
{
    const auto hits = [this](int index) { return m_lists.at(index).model->rowCount() > 0; };
    if (!hits(m_tabs->currentIndex())) {
        for (int i = 0; i < m_lists.size(); ++i) {
            if (hits(i)) {
                m_tabs->setCurrentIndex(i);
                break;
            }
        }
    }
    const List& shown = m_lists.at(m_tabs->currentIndex());
    if (shown.model->rowCount() > 0) {
        shown.table->setCurrentIndex(shown.model->index(0, 0));
        return;
    }
    if (const auto query = SearchQuery::parse(m_field->text().toStdString()); query && !query->isEmpty()) {
        m_notice->setText(tr("Nothing was found. ") + searchHint());
    }
}

void FindDialog::openSelected()
{
    const List& list = m_lists.at(m_tabs->currentIndex());
    const int row = list.table->currentIndex().row();
    const std::int64_t id = list.model->idAt(row);
    if (id == 0) {
        return;
    }
    if (list.model == m_wallets) {
        Q_EMIT walletFound(id);
    } else if (list.model == m_jobs) {
        Q_EMIT jobFound(id);
    } else if (list.model == m_events) {
        Q_EMIT eventFound(id);
    } else if (list.model == m_record) {
        Q_EMIT recordFound(id);
    } else if (const RevocationHit* hit = m_revocations->rowAt(row)) {
        Q_EMIT walletIdFound(QString::fromStdString(hit->walletId));
    }
    hide();
}

bool FindDialog::eventFilter(QObject* watched, QEvent* event)
{
    // The arrow keys move in the list while one types.
    if (watched == m_field && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        const List& list = m_lists.at(m_tabs->currentIndex());
        if ((key == Qt::Key_Down || key == Qt::Key_Up) && list.model->rowCount() > 0) {
            const int row = std::clamp(list.table->currentIndex().row() + (key == Qt::Key_Down ? 1 : -1), 0,
                                       list.model->rowCount() - 1);
            list.table->setCurrentIndex(list.model->index(row, 0));
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

void FindDialog::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        openSelected();
        return;
    }
    QDialog::keyPressEvent(event);
}

QStringList FindDialog::saved() const
{
    return m_state.value(savedKey).toStringList().mid(0, mostSaved);
}

void FindDialog::saveCurrent()
{
    const QString text = m_field->text().trimmed();
    if (text.isEmpty() || !SearchQuery::parse(text.toStdString())) {
        return;
    }
    QStringList list = saved();
    list.removeAll(text);
    list.prepend(text);
    m_state.setValue(savedKey, list.mid(0, mostSaved));
}

void FindDialog::forget(const QString& text)
{
    QStringList list = saved();
    list.removeAll(text);
    m_state.setValue(savedKey, list);
}

void FindDialog::fillSaved()
{
    QMenu* menu = m_saved->menu();
    menu->clear();
    // An ampersand of the operator is no mnemonic.
    const auto shown = [](const QString& text) { return QString(text).replace(u'&', QStringLiteral("&&")); };
    for (const QString& text : saved()) {
        connect(menu->addAction(shown(text)), &QAction::triggered, this, [this, text] { setText(text); });
    }
    if (!menu->isEmpty()) {
        menu->addSeparator();
    }
    connect(menu->addAction(tr("Save this search")), &QAction::triggered, this, &FindDialog::saveCurrent);
    QAction* forgetThis = menu->addAction(tr("Forget this search"));
    forgetThis->setEnabled(saved().contains(m_field->text().trimmed()));
    connect(forgetThis, &QAction::triggered, this, [this] { forget(m_field->text().trimmed()); });
}

}  // namespace countersign
