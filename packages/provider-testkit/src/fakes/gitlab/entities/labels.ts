import type { Label } from '../state.js';

/** A label as it stands in a merge request with `with_labels_details`. */
export function labelEntity(label: Label) {
  return {
    id: label.id,
    name: label.name,
    description: label.description,
    description_html: label.description ?? '',
    text_color: '#FFFFFF',
    color: label.color,
    archived: false,
  };
}

/** A label of a project's own list. */
export function projectLabelEntity(label: Label) {
  return { ...labelEntity(label), subscribed: false, priority: null, is_project_label: true };
}
