#include "ui/review/content/HashesView.h"

#include "ui/theme/Icons.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/identity/AddressView.h"
#include "ui/widgets/identity/CopyButton.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include <algorithm>

namespace countersign {

HashesView::HashesView(QWidget* parent) : QWidget(parent)
{
    m_rows = new QWidget(this);
    m_grid = new QGridLayout(m_rows);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(12);
    m_grid->setVerticalSpacing(8);
    m_grid->setColumnStretch(1, 1);
    m_choice = new QButtonGroup(this);
    m_compare = new CompareField(this);
    m_codePart = new QWidget(this);
    m_code = new QrCode(m_codePart);
    m_codeName = sectionLabel({}, m_codePart);
    m_codeName->setAlignment(Qt::AlignHCenter);
    m_codeName->setWordWrap(true);

    auto* code = new QVBoxLayout(m_codePart);
    code->setContentsMargins(0, 0, 0, 0);
    code->setSpacing(6);
    code->addWidget(m_code);
    code->addWidget(m_codeName);
    code->addStretch(1);
    auto* left = new QVBoxLayout;
    left->setSpacing(12);
    left->addWidget(m_rows);
    left->addWidget(sectionLabel(tr("Compare"), this));
    left->addWidget(m_compare);
    left->addStretch(1);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 12, 8, 4);
    layout->setSpacing(24);
    layout->addLayout(left, 1);
    layout->addWidget(m_codePart, 0, Qt::AlignTop);
    connect(m_choice, &QButtonGroup::idClicked, this, &HashesView::showCode);
}

QToolButton* HashesView::codeButton(int row) const
{
    return qobject_cast<QToolButton*>(m_choice->button(row));
}

void HashesView::show(const QList<ContentHash>& hashes)
{
    const bool same = std::ranges::equal(hashes, m_hashes, [](const ContentHash& a, const ContentHash& b) {
        return a.name == b.name && a.value == b.value;
    });
    if (same && !hashes.isEmpty()) {
        return;
    }
    const QString shown = codeName();
    while (QLayoutItem* item = m_grid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_hashes = hashes;
    int chosen = 0;
    QList<QPair<QString, QString>> named;
    for (int row = 0; row < hashes.size(); ++row) {
        const ContentHash& hash = hashes.at(row);
        QLabel* name = mutedLabel(hash.name, m_rows);
        name->setContentsMargins(0, 2, 0, 0);  // level with the first groups
        m_grid->addWidget(name, row, 0, Qt::AlignTop);
        m_grid->addWidget(makeRow(hash, row), row, 1, Qt::AlignTop);
        named.append({hash.name, hash.value});
        chosen = hash.name == shown ? row : chosen;
    }
    m_compare->setHashes(named);
    showCode(chosen);
}

QWidget* HashesView::makeRow(const ContentHash& hash, int row)
{
    auto* part = new QWidget(m_rows);
    auto* groups = new AddressView(part);
    groups->setAddress(hash.value);
    auto* code = new QToolButton(part);
    const QString what = tr("Show the QR code of %1").arg(hash.name);
    code->setIcon(themeIcon(QStringLiteral("qr")));
    code->setIconSize(QSize(14, 14));
    code->setCheckable(true);
    code->setToolTip(what);
    code->setAccessibleName(what);
    m_choice->addButton(code, row);
    auto* layout = new QHBoxLayout(part);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(groups, 1);
    layout->addWidget(code, 0, Qt::AlignTop);
    layout->addWidget(new CopyButton(hash.value, tr("Copy %1").arg(hash.name), part), 0, Qt::AlignTop);
    return part;
}

void HashesView::showCode(int row)
{
    const bool there = row < m_hashes.size();
    m_codePart->setVisible(there);
    if (there) {
        m_code->show(m_hashes.at(row).name, m_hashes.at(row).value);
        m_codeName->setText(m_hashes.at(row).name);
        codeButton(row)->setChecked(true);
    }
}

}  // namespace countersign
