#include "ui/pages/detail/DetailPane.h"

#include "ui/widgets/Labels.h"

#include <QVBoxLayout>

namespace countersign {

DetailPane::DetailPane(ProfileReader& reader, const QString& nothingSelected, QWidget* parent)
    : QWidget(parent), m_reader(reader), m_nothingSelected(nothingSelected)
{
    m_placeholder = mutedLabel(nothingSelected, this);
    m_placeholder->setAlignment(Qt::AlignCenter);
    m_placeholder->setWordWrap(true);
    m_content = new QWidget(this);
    m_content->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 0, 12, 8);
    layout->addWidget(m_placeholder, 1);
    layout->addWidget(m_content, 1);
}

void DetailPane::setRow(std::int64_t id)
{
    if (id != m_id) {
        m_id = id;
        refresh();
    }
}

void DetailPane::refresh()
{
    ++m_generation;
    if (m_id == 0) {
        take(m_nothingSelected, false);
        return;
    }
    m_loading = true;
    read();
}

void DetailPane::take(const QString& obstacle, bool there)
{
    m_loading = false;
    m_content->setVisible(there);
    m_placeholder->setVisible(!there);
    m_placeholder->setText(obstacle);
    if (!there) {
        forget();
    }
}

}  // namespace countersign
